// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("newname")
struct RenameTests {
    private static let file = #"""
        {"addresses": [{"name": "vip", "newname": "front", "ports": "443"}],
         "farms": [{"newname": "shop", "name": "web", "mark": "0x10",
                    "backends": [{"name": "a", "newname": "b", "weight": "3"}]}]}
        """#

    private static let base = #"""
        {"addresses": [{"name": "vip", "ip-addr": "192.0.2.1", "ports": [80]}],
         "farms": [{"name": "web", "addresses": [{"name": "vip"}],
                    "backends": [{"name": "a", "ip-addr": "10.0.0.1"}]}]}
        """#

    @Test("Renames the object, which stays the same object, and what the file says of it counts")
    func renamed() throws {
        let imported = try Dialect.read(Array(Self.file.utf8))
        #expect(imported.document["farms"]?[0]?["newname"] == nil)
        let base = try Configuration(json: JSONValue(parsing: Array(Self.base.utf8)))
        var draft = Draft(on: base)
        try draft.apply(imported.changes)
        let farm = try #require(draft.delta.farms.first)
        #expect(farm.renamedFrom?.text == "web" && farm.name.text == "shop")
        #expect(farm.renamedBackends == [try Name("b"): try Name("a")])
        #expect(farm.after?.mark == (try Mark(16)))
        #expect(farm.after?.backends.map(\.weight) == [try Weight(3)])
        #expect(farm.after?.addresses.map(\.name.text) == ["front"])
        #expect(farm.after?.services.map(\.description) == ["tcp 192.0.2.1 port 443"])
        #expect(draft.delta.addresses.map(\.renamedFrom?.text) == ["vip"])
    }

    @Test("Policies have new names, too")
    func policies() throws {
        let file = #"{"policies": [{"name": "a", "newname": "b", "timeout": "3"}]}"#
        let imported = try Dialect.read(Array(file.utf8))
        #expect(imported.renames == [.rename(ObjectPath(["policies", "a"]), to: try Name("b"))])
    }

    @Test("What replaces all renames nothing")
    func replacement() throws {
        let imported = try Dialect.read(Array(Self.file.utf8))
        let error = try #require(throws: BalancerError.self) { try imported.replacement() }
        #expect(error.path?.description == "/addresses/vip/newname")
        let plain = try Dialect.read(Array(#"{"farms": [{"name": "a", "mark": "1"}]}"#.utf8))
        #expect(try plain.replacement() == plain.document)
    }

    @Test("A name that is none is refused with its place", arguments: ["", "it's"])
    func wrong(name: String) throws {
        let document: JSONValue = ["farms": [["name": "a", "newname": .string(name)]]]
        let error = try #require(throws: BalancerError.self) { try Dialect.translate(document) }
        #expect(error.path?.description == "/farms/a/newname")
    }

    @Test("Elsewhere it does not belong")
    func elsewhere() throws {
        let document: JSONValue = ["farms": [["name": "a", "addresses": [["name": "x", "newname": "y"]]]]]
        let error = try #require(throws: BalancerError.self) { try Dialect.translate(document) }
        #expect(error.path?.description == "/farms/a/addresses/x/newname")
    }
}

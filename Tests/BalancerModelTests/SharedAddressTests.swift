// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Addresses outside of farms")
struct SharedAddressTests {
    /// Two farms on one address, the second of them down; a third has an address of its own.
    static let shared = """
        {"farms":[{"name":"a","addresses":[{"name":"vip"}]},\
        {"name":"b","state":"down","addresses":[{"name":"vip"}]},\
        {"name":"c","addresses":[{"name":"own","ip-addr":"10.0.0.3","ports":[80]}]}],"policies":[],\
        "addresses":[{"name":"vip","ip-addr":"10.0.0.1","ports":[80,443]}]}
        """

    private func path(_ text: String) throws -> ObjectPath { try ObjectPath(parsing: text) }
    private func set(_ text: String) throws -> Change { .set(try document(text)) }

    @Test("A farm that names one takes everything from it, and prints its name")
    func reference() throws {
        let configuration = try configuration(Self.shared)
        let address = try configuration.farm("a").addresses[0]
        #expect(address.isReference)
        #expect(address.address == (try IPAddress("10.0.0.1")))
        #expect(address.ports.description == "80,443")
        #expect(text(configuration.json()) == Self.shared)
        #expect(try Configuration(json: configuration.json()) == configuration)
    }

    @Test("A change of it is one of all farms that have it, and of no other")
    func change() throws {
        let base = try configuration(Self.shared)
        var draft = Draft(on: base)
        try draft.apply([
            set(#"{"addresses": [{"name": "vip", "ip-addr": "fd00::1", "ports": [81], "protocol": "udp"}]}"#)
        ])
        #expect(draft.delta.addresses.map(\.name.text) == ["vip"])
        #expect(draft.delta.farms.map(\.name.text).sorted() == ["a", "b"])
        for difference in draft.delta.farms {
            #expect(
                difference.before?.services.map(\.description) == ["tcp 10.0.0.1 port 80", "tcp 10.0.0.1 port 443"])
            #expect(difference.after?.services.map(\.description) == ["udp fd00::1 port 81"])
        }
        var result = base
        result.merge(draft.delta)
        result.merge(draft.delta.inverse)
        #expect(result == base)
    }

    @Test("Claims follow")
    func claims() throws {
        let base = try configuration(Self.shared)
        let error = try base.refusal(of: set(#"{"addresses": [{"name": "vip", "ip-addr": "10.0.0.3"}]}"#))
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/a")
        #expect(error.reason.contains("\"c\"") && error.reason.contains("tcp 10.0.0.3 port 80"))
        #expect(
            try base.refusal(of: set(#"{"farms": [{"name": "b", "state": "up"}]}"#)).path?.description == "/farms/b")
        let moved = try base.applying(set(#"{"addresses": [{"name": "vip", "ip-addr": "10.0.0.4"}]}"#))
        _ = try moved.applying(
            set(#"{"farms": [{"name": "c", "addresses": [{"name": "own", "ip-addr": "10.0.0.1"}]}]}"#))
        #expect(throws: BalancerError.self) {
            try moved.applying(
                set(#"{"farms": [{"name": "c", "addresses": [{"name": "own", "ip-addr": "10.0.0.4"}]}]}"#))
        }
    }

    @Test("The order of documents and changes is free")
    func order() throws {
        let whole = try configuration(Self.shared)
        let farm = try set(#"{"farms": [{"name": "a", "addresses": [{"name": "vip"}]}]}"#)
        let address = try set(#"{"addresses": [{"name": "vip", "ip-addr": "10.0.0.1", "ports": [80, 443]}]}"#)
        for changes in [[farm, address], [address, farm]] {
            var result = Configuration()
            for change in changes { result = try result.applying(change) }
            #expect(try result.farm("a") == whole.farm("a"))
        }
        #expect(try Configuration().applying(farm, address).farm("a") == whole.farm("a"))
    }

    @Test("A name that nothing has is an address that is not complete yet")
    func nothing() throws {
        let configuration = try configuration(#"{"farms": [{"name": "a", "addresses": [{"name": "vip"}]}]}"#)
        let address = try configuration.farm("a").addresses[0]
        #expect(!address.isReference && address.isIncomplete)
    }

    @Test("An address with attributes is the farm's own, whatever its name")
    func own() throws {
        let base = try configuration(Self.shared)
        let own = try base.applying(
            set(#"{"farms": [{"name": "a", "addresses": [{"name": "vip", "ip-addr": "10.0.0.9", "ports": [80]}]}]}"#))
        #expect(try own.farm("a").services.map(\.description) == ["tcp 10.0.0.9 port 80"])
        let moved = try own.applying(set(#"{"addresses": [{"name": "vip", "ports": [1]}]}"#))
        #expect(try moved.farm("a") == own.farm("a"))
        // With nothing of its own it is the shared one again.
        let again = try own.applying(.delete(path("/farms/a/addresses/vip")))
            .applying(set(#"{"farms": [{"name": "a", "addresses": [{"name": "vip"}]}]}"#))
        #expect(try again.farm("a") == base.farm("a"))
    }

    @Test("A part of a shared address cannot be changed in the farm")
    func parts() throws {
        let base = try configuration(Self.shared)
        let entry = try base.refusal(
            of: set(#"{"farms": [{"name": "a", "addresses": [{"name": "vip", "ports": [81]}]}]}"#))
        #expect(entry.path?.description == "/farms/a/addresses/vip/ip-addr")
        let alias = try base.refusal(of: set(#"{"farms": [{"name": "a", "virtual-ports": [81]}]}"#))
        #expect(alias.path?.description == "/farms/a/virtual-ports")
        #expect(alias.reason.contains("\"vip\""))
        // The same again is no change.
        #expect(
            try base.applying(
                set(#"{"farms": [{"name": "a", "virtual-ports": [80, 443], "virtual-addr": "10.0.0.1"}]}"#)) == base)
        let renaming = try base.refusal(of: .rename(path("/farms/a/addresses/vip"), to: Name("x")))
        #expect(renaming.kind == .invalid && renaming.hint == "rename /addresses/vip")
    }

    @Test("One that farms have is not deleted, unless the same request takes it from them")
    func deletion() throws {
        let base = try configuration(Self.shared)
        let delete = Change.delete(try path("/addresses/vip"))
        let error = try base.refusal(of: delete)
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/addresses/vip")
        #expect(error.reason.contains("\"a\", \"b\""))
        #expect(try base.refusal(of: .delete(path("/addresses"))).path?.description == "/addresses/vip")
        let detach = try set(
            #"{"farms": [{"name": "a", "addresses": [{"name": "vip", "ip-addr": "10.0.0.9", "ports": [80]}]}]}"#)
        let without = try base.applying(delete, detach, .delete(path("/farms/b/addresses/vip")))
        #expect(without.addresses.isEmpty)
        #expect(try base.applying(.delete(path("/farms")), delete) == Configuration())
        // Deleted and made again is changed.
        #expect(
            try base.applying(delete, set(#"{"addresses": [{"name": "vip", "ip-addr": "10.0.0.7", "ports": [1]}]}"#))
                .farm("a").services.count == 1)
    }

    @Test("Of many farms three are named")
    func manyUsers() throws {
        let farms = (1...5).map {
            JSONValue.object(["name": .string("f\($0)"), "state": "off", "addresses": [["name": "x"]]])
        }
        let base = try Configuration(json: ["farms": .array(farms), "addresses": [["name": "x"]]])
        let error = try base.refusal(of: .delete(path("/addresses/x")))
        #expect(error.reason.hasSuffix("\"f1\", \"f2\", \"f3\" and 2 more"))
    }

    @Test("A document that replaces all may leave it out")
    func replaced() throws {
        var draft = Draft(on: try configuration(Self.shared))
        try draft.apply(
            configuration: document(#"{"farms": [{"name": "a", "addresses": [{"name": "vip"}]}]}"#), mode: .replace)
        #expect(draft.farm(try Name("a"))?.addresses[0].isIncomplete == true)
        #expect(draft.address(try Name("vip")) == nil)
    }

    @Test("Farms follow its new name")
    func renaming() throws {
        let base = try configuration(Self.shared)
        var draft = Draft(on: base)
        try draft.apply([
            .rename(path("/addresses/vip"), to: Name("front")),
            set(#"{"addresses": [{"name": "front", "ports": [80]}]}"#),
        ])
        #expect(draft.delta.addresses.map(\.renamedFrom?.text) == ["vip"])
        var result = base
        result.merge(draft.delta)
        #expect(try result.farm("a").addresses.map(\.name.text) == ["front"])
        #expect(try result.farm("b").services.count == 1)
        #expect(try Configuration(json: result.json()) == result)
        // A farm that came in the same request follows, too.
        let later = try base.applying(
            set(#"{"farms": [{"name": "d", "state": "off", "addresses": [{"name": "vip"}]}]}"#),
            .rename(path("/addresses/vip"), to: Name("front")))
        #expect(try later.farm("d").addresses.map(\.isReference) == [true])
        #expect(try later.farm("d").addresses.map(\.name.text) == ["front"])
        let error = try base.applying(
            set(#"{"farms": [{"name": "a", "addresses": [{"name": "front", "ip-addr": "10.0.0.9", "ports": [80]}]}]}"#)
        ).refusal(of: .rename(path("/addresses/vip"), to: Name("front")))
        #expect(error.kind == .conflict && error.reason.contains("\"a\""))
    }

    @Test("A request that fails leaves the farms as they were")
    func undo() throws {
        let base = try configuration(Self.shared)
        var draft = Draft(on: base)
        #expect(throws: BalancerError.self) {
            try draft.apply([
                .rename(path("/addresses/vip"), to: Name("front")),
                set(#"{"farms": [{"name": "d", "addresses": [{"name": "front"}]}]}"#),
            ])
        }
        #expect(draft.delta.isEmpty)
        try draft.apply([set(#"{"addresses": [{"name": "vip", "ports": [81]}]}"#)])
        #expect(draft.delta.farms.map(\.name.text).sorted() == ["a", "b"])
    }

    @Test("A farm's sessions must fit the family that its address gets")
    func sessions() throws {
        let base = try configuration(Self.shared).applying(
            set(
                """
                {"farms": [{"name": "a", "persistence": ["srcip"], "backends": [{"name": "x", "ip-addr": "192.0.2.1"}],
                            "sessions": [{"client": "10.9.9.9", "backend": "x"}]}]}
                """))
        let error = try base.refusal(of: set(#"{"addresses": [{"name": "vip", "ip-addr": "fd00::1"}]}"#))
        #expect(error.path?.description == "/farms/a/sessions/10.9.9.9/client")
    }

    @Test("A farm that is renamed keeps a reference that looks like an address of its own")
    func renamedFarm() throws {
        let base = try configuration(
            """
            {"farms": [{"name": "a", "addresses": [{"name": "a-addr"}]}],
             "addresses": [{"name": "a-addr", "ip-addr": "10.0.0.1", "ports": [80]}]}
            """)
        let renamed = try base.applying(.rename(path("/farms/a"), to: Name("b")))
        #expect(try renamed.farm("b").addresses.map(\.name.text) == ["a-addr"])
        #expect(try renamed.farm("b").addresses[0].isReference)
        #expect(throws: BalancerError.self) { try renamed.applying(.delete(path("/addresses/a-addr"))) }
    }
}

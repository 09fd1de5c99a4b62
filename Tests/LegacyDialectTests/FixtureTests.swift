// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

@Suite("Documents of the C program")
struct FixtureTests {
    @Test("Become native documents", arguments: try Fixture.all())
    func translated(fixture: Fixture) throws {
        let imported = try Dialect.read(fixture.legacy)
        #expect(imported.dialect == .legacy)
        #expect(imported.warnings == fixture.warnings)
        #expect(imported.document.keys == fixture.native.keys)
        for (key, value) in fixture.native {
            let (wanted, found) = (value.array ?? [], imported.document[key]?.array ?? [])
            #expect(wanted.count == found.count)
            for (wanted, found) in zip(wanted, found) { #expect(found.sorted.text == wanted.sorted.text) }
        }
    }

    @Test("Are configurations", arguments: try Fixture.all().filter { !$0.isForLater })
    func decoded(fixture: Fixture) throws {
        let imported = try Dialect.read(fixture.legacy)
        _ = try Configuration(json: .object(imported.document))
    }

    @Test("Native documents are left as they are", arguments: try Fixture.all())
    func native(fixture: Fixture) throws {
        let value = JSONValue.object(fixture.native)
        let imported = try Dialect.read(value.serialized())
        #expect(imported.dialect == .native)
        #expect(imported.document == fixture.native)
        #expect(imported.warnings.isEmpty)
    }

    @Test("What kube-nftlb sends for one service")
    func kube() throws {
        var draft = Draft(on: Configuration())
        for name in ["kube-service", "kube-backends"] {
            try draft.apply(configuration: try Dialect.read(try Fixture(name).legacy).document, mode: .merge)
        }
        let farm = try #require(draft.farm(try Name("svc--http")))
        #expect(farm.intraConnect)
        #expect(farm.addresses.map(\.address?.description) == ["10.98.1.2"])
        #expect(farm.addresses.map(\.ports.description) == ["8080"])
        #expect(farm.backends.map(\.port?.description) == ["80"])
        #expect(farm.backends.map(\.state) == [.up])
    }

    @Test("A printed farm that is posted back changes nothing")
    func postedBack() throws {
        let document = try Dialect.read(try Fixture("printed-farms").legacy).document
        let configuration = try Configuration(json: .object(document))
        var draft = Draft(on: configuration)
        try draft.apply(configuration: document, mode: .merge)
        #expect(draft.delta.isEmpty)
        try draft.apply(configuration: document, mode: .replace)
        #expect(draft.delta.isEmpty)
    }
}

extension JSONValue {
    /// The same with the members of objects in order of their keys: the order is no matter here.
    fileprivate var sorted: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.sorted))
        case .object(let object):
            .object(JSONObject(object.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.sorted) }))
        default: self
        }
    }
}

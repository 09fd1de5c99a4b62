// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Draft")
struct DraftTests {
    /// Two farms of one backend each, on two addresses.
    static let pair = """
        {"farms": [
          {"name": "a", "addresses": [{"name": "a1", "ip-addr": "10.0.0.1", "ports": [80]}],
           "backends": [{"name": "b0", "ip-addr": "192.0.2.1"}]},
          {"name": "b", "addresses": [{"name": "b1", "ip-addr": "10.0.0.2", "ports": [80]}],
           "backends": [{"name": "b0", "ip-addr": "192.0.2.2"}]}]}
        """

    private func path(_ text: String) throws -> ObjectPath { try ObjectPath(parsing: text) }

    private func set(_ text: String) throws -> Change { .set(try document(text)) }

    @Test("A merge changes what it names and nothing else")
    func merge() throws {
        let base = try configuration(Self.pair)
        var draft = Draft(on: base)
        try draft.apply([set(#"{"farms": [{"name": "a", "backends": [{"name": "b0", "weight": 7}]}]}"#)])
        let difference = try #require(draft.delta.farms.first)
        #expect(draft.delta.farms.count == 1)
        #expect(difference.before == base.farms[try Name("a")])
        var expected = try base.farm("a")
        expected.backends[0].weight = try Weight(7)
        #expect(difference.after == expected)
        #expect(difference.originsOfBackends == [0])
    }

    @Test("The same change twice is no difference the second time")
    func idempotence() throws {
        var draft = Draft(on: try configuration(Self.pair))
        let change = try set(#"{"farms": [{"name": "a", "state": "down"}, {"name": "new"}]}"#)
        try draft.apply([change])
        #expect(draft.takeRequestDelta().farms.map(\.name.text) == ["a", "new"])
        #expect(draft.takeRequestDelta().isEmpty)
        try draft.apply([change])
        #expect(draft.takeRequestDelta().isEmpty)
        #expect(draft.delta.farms.count == 2)
        try draft.apply([set(#"{"farms": [{"name": "a", "state": "up"}]}"#), .delete(path("/farms/new"))])
        #expect(draft.takeRequestDelta().farms.count == 2)
        #expect(draft.delta.isEmpty)
    }

    @Test("A request is applied wholly or not at all")
    func atomicity() throws {
        let base = try configuration(Self.pair)
        let error = try base.refusal(
            of: .delete(path("/farms/a")), set(#"{"farms": [{"name": "b", "state": "off"}, {"name": "c"}]}"#),
            .rename(path("/farms/c"), to: Name("d")), set(#"{"farms": [{"name": "d", "mode": 1}]}"#))
        #expect(error.path?.description == "/farms/d/mode")
    }

    @Test("Replace deletes what the document lacks and returns attributes to their defaults")
    func replace() throws {
        let base = try configuration(Self.pair)
        var draft = Draft(on: base)
        try draft.apply(
            configuration: document(#"{"farms": [{"name": "c"}, {"name": "b", "scheduler": "hash"}]}"#), mode: .replace)
        var result = base
        result.merge(draft.delta)
        #expect(result.farms.names.map(\.text) == ["b", "c"])
        #expect(try result.farm("b").backends.isEmpty)
        #expect(draft.delta.farms.map(\.name.text) == ["a", "c", "b"])
        try draft.apply(configuration: [:], mode: .replace)
        result = base
        result.merge(draft.delta)
        #expect(result == Configuration())
    }

    @Test("A document applied in steps is the same as one applied at once")
    func steps() throws {
        let farms = try (0..<25).map { number -> JSONValue in
            .object(
                try document(#"{"name": "f\#(number)", "virtual-addr": "10.0.0.\#(number)", "virtual-ports": [80]}"#))
        }
        let base = try configuration(Self.pair)
        for mode in ApplyMode.allCases {
            let given: JSONObject = ["farms": .array(Array(farms.dropFirst(3)))]
            var (whole, stepped) = (Draft(on: base), Draft(on: base))
            try whole.apply(configuration: given, mode: mode)
            try stepped.begin(configuration: given, mode: mode)
            var steps = 1
            while try !stepped.advance(objects: 4) { steps += 1 }
            #expect(steps == 6)
            #expect(stepped.delta == whole.delta)
            #expect(stepped.takeRequestDelta() == whole.takeRequestDelta())
        }
    }

    @Test("A step that fails takes back all steps of its document")
    func failingStep() throws {
        var draft = Draft(on: try configuration(Self.pair))
        try draft.begin(
            configuration: document(#"{"farms": [{"name": "x"}, {"name": "y"}, {"name": 3}]}"#), mode: .merge)
        #expect(try draft.advance(objects: 2) == false)
        let error = try #require(throws: BalancerError.self) { try draft.advance(objects: 2) }
        #expect(error.path?.description == "/farms/2/name")
        #expect(draft.delta.isEmpty)
        try draft.begin(configuration: document(#"{"farms": [{"name": "x"}, {"name": "y"}]}"#), mode: .replace)
        #expect(try draft.advance(objects: 1) == false)
        try draft.apply([set(#"{"farms": [{"name": "z"}]}"#)])
        #expect(draft.delta.farms.map(\.name.text) == ["z"])
    }

    @Test("A burst that the kernel cannot count is refused", arguments: [("1/day", 106_751), ("1/hour", 2_562_047)])
    func burst(rate: String, most: Int) throws {
        var draft = Draft(on: Configuration())
        for (value, isTaken) in [(most, true), (most + 1, false)] {
            let farm: JSONValue = ["name": "f", "new-rtlimit": .string(rate), "new-rtlimit-burst": .integer(value)]
            let document: JSONObject = ["farms": [farm]]
            if isTaken {
                try draft.apply([.set(document)])
            } else {
                let error = try #require(throws: BalancerError.self) { try draft.apply([.set(document)]) }
                #expect(error.path?.description == "/farms/f/new-rtlimit-burst")
            }
        }
    }

    @Test("A replace that is refused changes nothing")
    func refusedReplace() throws {
        var draft = Draft(on: try configuration(Self.pair))
        #expect(throws: BalancerError.self) {
            try draft.apply(configuration: document(#"{"farms": [{"name": "c"}, {"name": "c"}]}"#), mode: .replace)
        }
        #expect(draft.delta.isEmpty)
    }

    // MARK: Deleting and renaming

    @Test(
        "What is not there cannot be deleted",
        arguments: [
            "/farms/x", "/farms/a/backends/x", "/farms/a/nothing", "/nothing", "", "/farms/a/backends/b0/weight",
            "/policies/x", "/addresses/x", "/farms/a/sessions/x", "/farms/a/sessions/x/client", "/farms/a'/backends",
            "/farms/a/backends/b0/x/y",
        ])
    func unknown(text: String) throws {
        let error = try configuration(Self.pair).refusal(of: .delete(path(text)))
        #expect(error.kind == .notFound)
        #expect(error.path?.description == text)
        let renaming = try configuration(Self.pair).refusal(of: .rename(path(text), to: Name("n")))
        #expect(renaming.kind == .notFound)
    }

    @Test("Objects, members and whole lists are deleted")
    func deletion() throws {
        let base = try configuration(Self.pair)
        #expect(try base.applying(.delete(path("/farms/a"))).farms.names.map(\.text) == ["b"])
        #expect(try base.applying(.delete(path("/farms"))) == Configuration())
        #expect(try base.applying(.delete(path("/farms/a/backends/b0"))).farm("a").backends.isEmpty)
        #expect(try base.applying(.delete(path("/farms/a/addresses"))).farm("a").addresses.isEmpty)
        #expect(try base.applying(.delete(path("/farms/a/addresses/a1"))).farm("a").addresses.isEmpty)
        #expect(try base.applying(.delete(path("/policies"))) == base)
    }

    @Test("A renamed farm is the same farm, and its old name is free")
    func renamedFarm() throws {
        let base = try configuration(Self.pair)
        var draft = Draft(on: base)
        try draft.apply([
            .rename(path("/farms/a"), to: Name("n")),
            set(#"{"farms": [{"name": "n", "scheduler": "weight"}, {"name": "a"}]}"#),
        ])
        let differences = draft.delta.farms
        #expect(differences.map(\.name.text) == ["n", "a"])
        #expect(differences[0].renamedFrom?.text == "a")
        #expect(differences[0].before == base.farms[try Name("a")])
        #expect(differences[1].before == nil)
        var result = base
        result.merge(draft.delta)
        #expect(result.farms.names.map(\.text) == ["n", "b", "a"])
    }

    @Test("Farms swap their names")
    func swappedNames() throws {
        let base = try configuration(Self.pair)
        var draft = Draft(on: base)
        try draft.apply([
            .rename(path("/farms/a"), to: Name("t")), .rename(path("/farms/b"), to: Name("a")),
            .rename(path("/farms/t"), to: Name("b")),
        ])
        var result = base
        result.merge(draft.delta)
        #expect(result.farms.names.map(\.text) == ["b", "a"])
        #expect(try result.farm("b").addresses[0].address == IPAddress("10.0.0.1"))
        result.merge(draft.delta.inverse)
        #expect(result == base)
    }

    @Test("The address that was named after the farm follows it")
    func renamedAddress() throws {
        let base = try configuration(#"{"farms": [{"name": "a", "virtual-addr": "10.0.0.1", "virtual-ports": [80]}]}"#)
        let renamed = try base.applying(.rename(path("/farms/a"), to: Name("b")))
        #expect(try renamed.farm("b").addresses[0].name.text == "b-addr")
    }

    @Test("A renamed backend is the same backend")
    func renamedBackend() throws {
        var draft = Draft(on: try configuration(Self.pair))
        try draft.apply([
            .rename(path("/farms/a/backends/b0"), to: Name("n")),
            set(#"{"farms": [{"name": "a", "backends": [{"name": "b0", "ip-addr": "192.0.2.9"}]}]}"#),
        ])
        let difference = try #require(draft.delta.farms.first)
        #expect(difference.renamedBackends == [try Name("n"): try Name("b0")])
        #expect(difference.originsOfBackends == [0, nil])
        #expect(difference.inverse.renamedBackends == [try Name("b0"): try Name("n")])
    }

    @Test("A name that is taken is a conflict", arguments: [("/farms/a", "b"), ("/farms/a/backends/b0", "b1")])
    func takenName(text: String, name: String) throws {
        let base = try configuration(Self.pair).applying(
            set(#"{"farms": [{"name": "a", "backends": [{"name": "b1", "ip-addr": "192.0.2.3"}]}]}"#))
        let error = try base.refusal(of: .rename(path(text), to: Name(name)))
        #expect(error.kind == .conflict)
        #expect(error.path?.description == text)
    }

    @Test("Renaming to its own name changes nothing")
    func sameName() throws {
        let base = try configuration(Self.pair)
        #expect(try base.applying(.rename(path("/farms/a"), to: Name("a"))) == base)
    }

    // MARK: Limits and roles

    @Test("A farm has room for 4093 backends of a family that are up")
    func selectable() throws {
        let backends = (0...Farm.maximumSelectableBackends).map { number -> JSONValue in
            ["name": .string("b\(number)"), "ip-addr": .string("10.0.\(number >> 8).\(number & 255 | 1)")]
        }
        let error = try #require(throws: BalancerError.self) {
            try Configuration(json: ["farms": [["name": "f", "backends": .array(backends)]]])
        }
        #expect(error.kind == .limit)
        #expect(error.path?.description == "/farms/f/backends")
        let off = backends.dropLast() + [["name": "last", "ip-addr": "10.1.1.1", "state": "off"]]
        _ = try Configuration(json: ["farms": [["name": "f", "backends": .array(Array(off))]]])
    }

    @Test("There is room for 65,535 farms")
    func farms() throws {
        let farms = try (1...Configuration.maximumFarms).map { number in
            let name = try Name("f\(number)")
            return ObjectDifference(name: name, before: nil, after: Farm(name: name))
        }
        var full = Configuration()
        full.merge(ConfigurationDelta(farms: farms))
        let error = try full.refusal(of: .set(["farms": [["name": "one more"]]]))
        #expect(error.kind == .limit)
        #expect(error.path?.description == "/farms")
        _ = try full.applying(.delete(path("/farms/f1")), .set(["farms": [["name": "one more"]]]))
    }

    @Test("An operator does not create farms")
    func creation() throws {
        var draft = Draft(on: try configuration(Self.pair))
        try draft.apply([set(#"{"farms": [{"name": "a", "state": "down"}]}"#)], as: .operator)
        let error = try #require(throws: BalancerError.self) {
            try draft.apply([set(#"{"farms": [{"name": "n", "state": "down"}]}"#)], as: .operator)
        }
        #expect(error.kind == .notPermitted)
        #expect(error.path?.description == "/farms/n")
    }
}

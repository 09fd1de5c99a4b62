// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@testable import BalancerModel

/// The elements of a policy against a dictionary, and what differs between two versions.
@Suite("Elements of policies")
struct PolicyElementsTests {
    /// Few addresses close together, and some far away, so that nodes branch at every depth and elements meet.
    private static func range(_ random: inout SystemRandomNumberGenerator) -> AddressRange {
        let low = UInt32.random(in: 0..<600, using: &random)
        let base: UInt32 = [0x0A00_0000, 0x0A00_1000, 0xC0A8_0000, 0xFFFF_FD00].randomElement(using: &random)!
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return AddressRange(from: .v4(base + low), to: .v4(base + low + UInt32.random(in: 0..<90, using: &random)))
        case 1:
            let high = UInt64(base) << 32
            return .address(.v6(high: high, low: UInt64(low)))
        default: return .address(.v4(base + low))
        }
    }

    @Test(
        "Any steps leave what a dictionary has; equal contents are equal; what differs is told exactly",
        arguments: 1...8)
    func model(seed: Int) {
        var random = SystemRandomNumberGenerator()
        var elements = PolicyElements()
        var model: [AddressRange: PolicyElement] = [:]
        for _ in 0..<12 {
            let (before, known) = (elements, model)
            for _ in 0..<Int.random(in: 1..<900, using: &random) {
                let data = Self.range(&random)
                if Int.random(in: 0..<5, using: &random) < 3 {
                    var element = PolicyElement(data: data)
                    if Bool.random(using: &random) { element.deadline = Int64.random(in: 1..<100, using: &random) }
                    #expect(elements.set(element) == model.updateValue(element, forKey: data))
                } else {
                    #expect(elements.remove(data) == (model.removeValue(forKey: data) != nil))
                }
            }
            #expect(elements.count == model.count)
            #expect(elements.hostCount == model.keys.count { $0.first == $0.last })
            #expect(Set(elements) == Set(model.values))
            #expect(elements.earliestDeadline == model.values.map(\.deadline).filter { $0 != 0 }.min())
            #expect(Set(elements.due(at: 50)) == Set(model.filter { (1...50).contains($0.value.deadline) }.keys))
            #expect(elements == PolicyElements(model.values.shuffled()), "the shape is that of the contents")
            #expect((elements == before) == (model == known))
            var differences: [AddressRange: PolicyElements.Difference] = [:]
            elements.forEachDifference(from: before) { differences[$0.data] = $0 }
            for data in Set(model.keys).union(known.keys) {
                let difference = differences.removeValue(forKey: data)
                #expect((difference == nil) == (model[data] == known[data]), "\(data)")
                if let difference {
                    #expect(difference.before == known[data])
                    #expect(difference.after == model[data])
                }
            }
            #expect(differences.isEmpty)
        }
        let all = Array(elements)
        for start in stride(from: 0, to: all.count, by: 97) {
            #expect(elements.slice(from: start, limit: 97) == Array(all[start..<min(start + 97, all.count)]))
        }
    }

    @Test("What ranges cover neither overlaps nor touches, and is all of it")
    func covered() throws {
        let texts = [
            "10.0.0.0/8", "10.1.0.0/16", "11.0.0.0-11.0.0.5", "11.0.0.6-11.0.0.9", "11.0.0.11-11.0.0.12",
            "11.0.0.12-12.0.0.0",
            "255.255.255.0/24", "fd00::/64", "fd00:0:0:1::/64", "ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ]
        let elements = PolicyElements(try texts.map { PolicyElement(data: try AddressRange($0)) })
        #expect(
            elements.coveredRanges.map { "\($0.first)-\($0.last)" } == [
                "10.0.0.0-11.0.0.9", "11.0.0.11-12.0.0.0", "255.255.255.0-255.255.255.255",
                "fd00::-fd00::1:ffff:ffff:ffff:ffff", "ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ])
        #expect(elements.count == texts.count, "what was declared stays")
    }

    @Test("A range that is a prefix is one, and an address that is a range is one")
    func canonical() throws {
        for (text, canonical) in [
            ("10.0.0.0-10.255.255.255", "10.0.0.0/8"), ("10.0.0.1-10.0.0.1", "10.0.0.1"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"), ("10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2"),
            ("fd00::-fd00::ffff:ffff:ffff:ffff", "fd00::/64"), ("10.0.0.0/32", "10.0.0.0"),
        ] {
            #expect(try AddressRange(text).description == canonical)
            let range = try AddressRange(text)
            #expect(AddressRange(from: range.first, to: range.last) == range)
        }
    }

    @Test(
        "Times are counted from when an element comes; declared again it keeps its end, added again it gets a new one")
    func times() throws {
        var draft = Draft(on: Configuration())
        draft.now = 1000
        let name = try Name("p")
        let document: JSONObject = [
            "policies": [
                ["name": "p", "timeout": 60, "elements": [["data": "10.0.0.1"], ["data": "10.0.0.2", "time": 5]]]
            ]
        ]
        func deadline(_ text: String) throws -> Int64? {
            draft.policy(name)?.elements[try AddressRange(text)]?.deadline
        }
        try draft.apply([.set(document)])
        #expect(try deadline("10.0.0.1") == 1060)
        #expect(try deadline("10.0.0.2") == 1005)
        draft.now = 1003
        for mode in ApplyMode.allCases {
            try draft.apply(configuration: document, mode: mode)
            #expect(draft.takeRequestDelta().isEmpty, "\(mode)")
        }
        let two = try AddressRange("10.0.0.2")
        try draft.apply([.addElements(ElementChange(policy: name, elements: [two]))])
        #expect(draft.takeRequestDelta().isEmpty)
        try draft.apply([.addElements(ElementChange(policy: name, elements: [two], time: try Seconds(7)))])
        #expect(try deadline("10.0.0.2") == 1010)
        // Another time-out is for what comes from now on.
        try draft.apply([.set(["policies": [["name": "p", "timeout": 0, "elements": [["data": "10.0.0.3"]]]]])])
        #expect(try deadline("10.0.0.1") == 1060)
        #expect(try deadline("10.0.0.3") == 0)
        draft.now = 1010
        try draft.expire()
        #expect(draft.policy(name)?.elements.map(\.data.description) == ["10.0.0.1", "10.0.0.3"])
    }

    @Test("Limits are checked where they are passed, and who is named must be there")
    func limits() throws {
        var draft = Draft(on: Configuration())
        let name = try Name("p")
        try draft.apply([.set(["policies": [["name": "p"]]])])
        let many = (0...PolicyElements.maximumRanges).map { number in
            AddressRange(from: .v4(UInt32(number) << 8), to: .v4(UInt32(number) << 8 | 9))
        }
        let error = try #require(throws: BalancerError.self) {
            try draft.apply([.addElements(ElementChange(policy: name, elements: many))])
        }
        #expect(error.kind == .limit)
        #expect(error.path?.description == "/policies/p/elements")
        #expect(draft.policy(name)?.elements.isEmpty == true, "a refused change leaves it whole")
        for (document, path) in [
            (["farms": [["name": "f", "policies": [["name": "q"]]]]] as JSONObject, "/farms/f/policies/q"),
            (["addresses": [["name": "a", "policies": [["name": "q"]]]]], "/addresses/a/policies/q"),
        ] {
            let error = try #require(throws: BalancerError.self) { try draft.apply([.set(document)]) }
            #expect(error.path?.description == path)
        }
        try draft.apply([.set(["farms": [["name": "f", "policies": [["name": "p"]]]]])])
        let used = try #require(throws: BalancerError.self) {
            try draft.apply([.delete(ObjectPath(["policies", "p"]))])
        }
        #expect(used.path?.description == "/policies/p")
        try draft.apply([.rename(ObjectPath(["policies", "p"]), to: try Name("q"))])
        #expect(draft.farm(try Name("f"))?.policies.map(\.text) == ["q"])
        try draft.apply([.delete(ObjectPath(["policies"])), .delete(ObjectPath(["farms", "f", "policies"]))])
        #expect(draft.policy(try Name("q")) == nil)
    }
}

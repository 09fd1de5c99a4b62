// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Namespaces
import Nftables
import Testing

/// Each attribute against the real kernel: given, read back, taken back. Which attributes there are, the declarations say.
@Suite("Every attribute in the real kernel")
struct AttributeContractTests {
    @Test(
        "Every attribute that can be given has its case, with every word that it knows", arguments: ObjectKind.allCases)
    func complete(kind: ObjectKind) {
        let cases = Dictionary(AttributeCase.all.filter { $0.kind == kind }.map { ($0.key, $0) }) { first, _ in first }
        let given = kind.attributes.filter { AttributePage.isGiven($0, of: kind) }
        for attribute in given {
            guard let one = cases[attribute.key] else {
                Issue.record("\(kind.rawValue) \(attribute.key) has no case: add it to AttributeCase.all")
                continue
            }
            guard case .word(let choices) = attribute.type else { continue }
            let words = choices.filter { $0.later == nil && attribute.defaultValue != .string($0.word) }.map(\.word)
            #expect(Set(words).isSubset(of: one.values.compactMap(\.string)), "\(kind.rawValue) \(attribute.key)")
        }
        #expect(Set(cases.keys) == Set(given.map(\.key)))
    }

    @Test("Tests that are said to show an attribute are there", arguments: AttributeCase.all)
    func shown(attribute: AttributeCase) {
        guard case .shown(let tests) = attribute.effect else { return }
        #expect(!tests.isEmpty)
        for test in tests { #expect(TestSources.contains(test), "\(attribute): \(test)") }
    }

    @Test("A value with an effect changes what is compiled, one without changes nothing", arguments: AttributeCase.all)
    func effect(attribute: AttributeCase) throws {
        let places = try AttributePlaces(attribute)
        switch attribute.effect {
        case .shown: #expect(places.text != "")
        case .stored: #expect(places.text == "")
        }
    }

    @Test(
        "Given, the kernel holds what was compiled; taken back, what it held; nothing is refused (defects 8.3.1, 8.3.4)",
        .enabled(if: NetworkNamespace.isAvailable), arguments: AttributeCase.all)
    func kernel(attribute: AttributeCase) throws {
        try NetworkNamespace.with {
            let balancer = try TestBalancer()
            let apply = { (document: JSONValue) in
                try balancer.apply(document.text)
                for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
                let objects = try balancer.objects()
                #expect(objects.present == objects.wanted)
            }
            try apply(attribute.base)
            let before = try balancer.everything()
            #expect(!before.isEmpty)
            for document in attribute.changed {
                do {
                    try apply(document)
                } catch let failure as KernelFailure {
                    // What this machine's kernel lacks is refused as such, and nothing has happened.
                    guard case .unsupported = failure.kind, ["queue", "flow-offload"].contains(attribute.key) else {
                        throw failure
                    }
                    #expect(try balancer.everything() == before)
                    return
                }
                let during = try balancer.everything()
                if case .stored = attribute.effect { #expect(during == before) } else { #expect(during != before) }
                try apply(attribute.base)
                #expect(try balancer.everything() == before)
            }
            // From one value to the next, without the default between them.
            for document in attribute.changed { try apply(document) }
            try apply(["farms": []])
            #expect(try balancer.everything() == [:])
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import JSON
import Testing

/// The page of the documentation that says of each attribute where it lives and what shows it.
enum AttributePage {
    static let path = "Sources/nftlbd/Documentation.docc/Attributes.md"

    /// Whether a value that is not the default can be given in this version.
    static func isGiven(_ attribute: AttributeDescription, of kind: ObjectKind) -> Bool {
        switch attribute.availability {
        case .now, .alias: laterFeature(of: attribute) == nil
        case .identifier, .later, .readOnly, .order: false
        }
    }

    /// What all values but the default need that this version does not have.
    private static func laterFeature(of attribute: AttributeDescription) -> Feature? {
        if case .later(let feature) = attribute.availability { return feature }
        guard case .word(let choices) = attribute.type else { return nil }
        let others = choices.filter { attribute.defaultValue != .string($0.word) }
        return others.allSatisfy { $0.later != nil } ? others.first?.later : nil
    }

    static func text() throws -> String {
        var text = """
            # Attributes

            Where each attribute lives in the kernel, and the tests that show it with packets. Made from the declarations and
            from what the compiler makes of them: `RECORD=1 swift test --filter AttributePageTests` writes it anew.

            "Shape": it is in the rules of the farm's chains, and another value is another chain. "Line of the log": likewise, of
            a chain that writes a line. A name in `this` type is a map
            or set whose elements differ.

            """
        for kind in ObjectKind.allCases {
            text += "\n## \(title(kind))\n\n| attribute | where it lives | shown by |\n|---|---|---|\n"
            for attribute in kind.attributes {
                let (place, tests) = try row(attribute, of: kind)
                text += "| `\(attribute.key)` | \(place) | \(tests) |\n"
            }
        }
        return text
    }

    private static func row(_ attribute: AttributeDescription, of kind: ObjectKind) throws -> (String, String) {
        if let later = laterFeature(of: attribute) { return ("later: \(later.rawValue)", "") }
        switch attribute.availability {
        case .identifier: return ("tells one from the others; nothing in the kernel", "")
        case .readOnly: return ("what the balancer says", "")
        case .order(let instead): return ("an order: \(instead.replacingOccurrences(of: "|", with: "\\|"))", "")
        case .later, .now, .alias: break
        }
        guard let one = AttributeCase.all.first(where: { $0.kind == kind && $0.key == attribute.key }) else {
            return ("?", "")
        }
        switch one.effect {
        case .shown(let tests):
            return (try AttributePlaces(one).text, tests.map { "`\($0)`" }.joined(separator: ", "))
        case .stored(let reason): return ("stored; \(reason)", "")
        }
    }

    private static func title(_ kind: ObjectKind) -> String {
        switch kind {
        case .farm: "Farm"
        case .farmAddress: "Address of a farm"
        case .backend: "Backend"
        case .session: "Session"
        case .address: "Address outside of farms"
        case .policy: "Policy"
        case .policyReference: "Mention of a policy"
        case .element: "Element of a policy"
        case .cluster: "Cluster"
        case .clusterNode: "Node of a cluster"
        case .sharedAddress: "Address of a cluster"
        }
    }
}

@Suite("The page of attributes")
struct AttributePageTests {
    @Test("It says what is so")
    func current() throws {
        let file = TestSources.root.appending(path: AttributePage.path)
        let text = try AttributePage.text()
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let written = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let difference = text.split(separator: "\n").difference(from: written.split(separator: "\n"))
        #expect(text == written, "RECORD=1 swift test --filter AttributePageTests writes it anew: \(difference)")
    }
}

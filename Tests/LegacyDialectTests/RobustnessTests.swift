// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import LegacyDialect
import Testing

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

@Suite("Documents of nobody")
struct RobustnessTests {
    static let texts: [JSONValue] = [
        "", "0", "-1", "none", "on", "80,8080-8090", "9-1", "-", ",", "/", "0x", "srcip", "5/second",
        "99999999999999999999",
        "10.0.0.1", "::1", "a", "config_error", "UNDEFINED", " ", "1/", "/second", "\u{0}", 5, nil, true, [], [:],
    ]

    /// A value for a key: most often of the kind that belongs there.
    private func object(_ kind: ObjectKind, depth: Int, _ random: inout SeededGenerator) -> JSONObject {
        var object = JSONObject()
        for attribute in kind.attributes.shuffled(using: &random).prefix(6) {
            if case .objects(let inner) = attribute.type, depth > 0 {
                let count = Int.random(in: 0..<4, using: &random)
                object[attribute.key] = .array(
                    (0..<count).map { _ in .object(self.object(inner, depth: depth - 1, &random)) })
            } else {
                object[attribute.key] = Self.texts.randomElement(using: &random)
            }
        }
        return object
    }

    @Test("Are translated or refused, and what is translated is decoded or refused", arguments: 0..<50)
    func generated(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        for _ in 0..<40 {
            let kinds: [(String, ObjectKind)] = [("farms", .farm), ("policies", .policy), ("addresses", .address)]
            var document = JSONObject()
            for (key, kind) in kinds { document[key] = [.object(object(kind, depth: 2, &random))] }
            _ = try? Dialect.detect(document)
            guard let imported = try? Dialect.translate(.object(document)) else { continue }
            _ = try? Configuration(json: .object(imported.document))
            var draft = Draft(on: Configuration())
            _ = try? draft.apply(imported.changes)
        }
    }

    @Test("Bytes of a document that are changed are read or refused", arguments: try Fixture.all())
    func mutated(fixture: Fixture) {
        var random = SeededGenerator(state: UInt64(fixture.legacy.count))
        for _ in 0..<100 {
            var bytes = fixture.legacy
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0x20...0x7e, using: &random)
            }
            _ = try? Dialect.read(bytes)
        }
    }

    @Test("A farm that is named 20,000 times is one farm, found in no more time than 20,000 farms")
    func repeated() throws {
        let farms = (0..<20_000).map { number in
            JSONValue.object(["name": "f", "backends": [["name": "b\(number % 10_000)", "weight": "\(number)1"]]])
        }
        let farm = try #require(try Dialect.translate(["farms": .array(farms)]).document["farms"]?[0])
        #expect(farm["backends"]?.array?.count == 10_000)
        #expect(farm["backends"]?[3]?["weight"] == 100_031)
    }
}

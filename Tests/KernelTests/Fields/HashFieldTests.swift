// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Namespaces
import Testing

/// A hash chooses by each combination of fields there is, and by nothing else; wide ones in two steps.
@Suite("Hash of every combination of fields", .enabled(if: NetworkNamespace.isAvailable), .serialized)
struct HashFieldTests {
    private struct Question: Hashable {
        var fields: [PacketField]
        var variation: FieldClient.Variation
    }

    @Test(
        "Chosen by these fields and no other, and the same by a balancer with another history",
        arguments: [false, true])
    func combinations(isIPv6: Bool) throws {
        let combinations = FieldClient.allCombinations
        let choices = try Self.choices(combinations, isIPv6)
        for fields in combinations {
            for field in PacketField.allCases {
                let seen = (0..<Self.values).compactMap { value in
                    choices[Question(fields: fields, variation: value == 0 ? .none : .init(field: field, value: value))]
                }
                #expect(seen.count == Self.values)
                if fields.contains(field) {
                    #expect(Set(seen).count > 1, "\(fields) does not see \(field)")
                } else {
                    #expect(Set(seen).count == 1, "\(fields) sees \(field)")
                }
            }
        }
        // Other numbers of farms and backends, and another scheduler's name for the same.
        let again = try Self.choices(combinations.reversed(), isIPv6)
        #expect(again == choices)
    }

    private static let values = 8

    private static func choices(_ combinations: [[PacketField]], _ isIPv6: Bool) throws -> [Question: String] {
        let client = try FieldClient(isIPv6: isIPv6, backends: 4, values: values)
        let balancer = try client.topology.balancer.inside { try TestBalancer() }
        // A farm's number in its addresses follows from the fields, so that they are the same in any order.
        let farms = combinations.map { fields in (number: FieldClient.allCombinations.firstIndex(of: fields)!, fields) }
        let documents = farms.map { number, fields in
            client.farm(
                number, more: #""scheduler": "hash", "sched-param": \#(FieldClient.list(fields)), "#,
                states: ["up", "up", "up", "up"])
        }
        try client.topology.balancer.inside {
            try balancer.apply(#"{"farms": [\#(documents.joined(separator: ","))]}"#)
        }
        var result: [Question: String] = [:]
        let variations = PacketField.allCases.flatMap { field in
            (1..<values).map { FieldClient.Variation(field: field, value: $0) }
        }
        for variation in [.none] + variations {
            try client.begin(variation)
            for (number, fields) in farms {
                result[Question(fields: fields, variation: variation)] = try client.ask(farm: number, variation)
            }
            try client.end(variation)
        }
        return result
    }
}

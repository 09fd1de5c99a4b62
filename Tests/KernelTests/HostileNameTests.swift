// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import JSON
import Namespaces
import Testing

/// A sample of hostile names and prefixes in the real kernel: all the rest is tried on the text (`HostileTextTests`).
@Suite("Hostile names in the real kernel", .enabled(if: NetworkNamespace.isAvailable))
struct HostileNameTests {
    @Test("Nothing of a name reaches the ruleset; a prefix stands there as it is (defect 8.1.6)")
    func kernel() throws {
        let pieces = [
            "; flush ruleset ;", "}", "{", "#", "@services", "drop", "add table ip evil", "$(id)", "`id`", "${x}", "*/",
            "ü", "🦊", "\u{202E}", "comment", "0.0.0.0/0", "FNAME", "counter log",
        ]
        var farms: [JSONValue] = []
        var policies: [JSONValue] = []
        for index in 0..<200 {
            let text = "\(pieces[index % pieces.count]) \(pieces[(index * 7 + 3) % pieces.count]) \(index)"
            let prefix = (try? LogPrefix(text)) ?? .farm
            if index < 20 {
                policies.append(["name": .string(text), "elements": [["data": .string("10.0.0.\(index)")]]])
            }
            farms.append([
                "name": .string(text), "log": ["input"], "log-prefix": .string(prefix.text),
                "policies": [["name": policies[index % policies.count].object?["name"] ?? ""]],
                "addresses": [["name": .string(text), "ip-addr": .string("192.0.2.\(index)"), "ports": [80]]],
                "backends": [["name": .string(text), "ip-addr": .string("10.1.0.\(index)")]],
            ])
        }
        let document: JSONValue = ["policies": .array(policies), "farms": .array(farms)]
        try NetworkNamespace.with {
            let balancer = try TestBalancer()
            try balancer.apply(document.text)
            let objects = try balancer.objects()
            #expect(objects.present == objects.wanted)
            let tables = try Command.succeed(["nft", "list", "tables"])
            #expect(Set(tables.split(separator: "\n")) == ["table ip nftlb"])
            var prefixes = 0
            for line in try Command.succeed(["nft", "list", "ruleset"]).split(separator: "\n") {
                var rest = String(line)
                if let start = rest.range(of: "log prefix \""), let end = rest.lastIndex(of: "\"") {
                    #expect((try? LogPrefix(String(rest[start.upperBound..<end]))) != nil, "\(line)")
                    rest.removeSubrange(start.upperBound..<end)
                    prefixes += 1
                }
                for word in ["flush", "evil", "id)", "🦊", "ü", "*/", "${"] { #expect(!rest.contains(word), "\(line)") }
            }
            #expect(prefixes > 100)
        }
    }
}

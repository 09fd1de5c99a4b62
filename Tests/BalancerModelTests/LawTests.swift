// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Laws of configurations")
struct LawTests {
    /// A configuration with every attribute that this version has, at random.
    static func random(using generator: inout SeededGenerator) throws -> Configuration {
        var farms: [JSONValue] = []
        for farm in 0..<6 where Bool.random(using: &generator) {
            var members: JSONObject = ["name": .string("farm/\(farm)~")]
            func maybe(_ key: String, _ values: [JSONValue]) {
                if Bool.random(using: &generator) { members[key] = values.randomElement(using: &generator) }
            }
            maybe("mode", ["snat", "dnat"])
            maybe("scheduler", ["rr", "weight", "hash"])
            maybe("sched-param", [[], ["srcip"], ["srcport", "srcip"]])
            maybe("state", ["up", "down", "off"])
            maybe("source-addr", ["", "192.0.2.77", "2001:db8::77"])
            maybe("intra-connect", [true, false])
            maybe("persist-ttl", [0, 60, 61])
            maybe("log-prefix", ["", "TYPE-FNAME ", "mine "])
            maybe("log-rtlimit", ["0/second", "5/hour"])
            maybe("tcp-strict-log-prefix", ["strict"])
            maybe("new-rtlimit-burst", [0, 7])
            members["addresses"] = .array(
                (0..<2).map { number in
                    [
                        "name": .string("address\(number)"), "protocol": Bool.random(using: &generator) ? "tcp" : "udp",
                        "ip-addr": .string(
                            Bool.random(using: &generator) ? "10.0.\(farm).\(number)" : "fd00::\(farm):\(number)"),
                        "ports": Bool.random(using: &generator) ? [80, "90-99"] : [.integer(1000 + number)],
                    ]
                })
            members["backends"] = .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { number in
                    var backend: JSONObject = ["name": .string("b\(number)"), "ip-addr": .string("192.0.2.\(number)")]
                    if Bool.random(using: &generator) {
                        backend["weight"] = .integer(Int.random(in: 1...9, using: &generator))
                    }
                    if Bool.random(using: &generator) { backend["port"] = .integer(8080) }
                    if Bool.random(using: &generator) {
                        backend["state"] = ["up", "down", "off"].randomElement(using: &generator)
                    }
                    if Bool.random(using: &generator) { backend["source-addr"] = "192.0.2.99" }
                    return .object(backend)
                })
            farms.append(.object(members))
        }
        return try Configuration(json: ["farms": .array(farms.shuffled(using: &generator))])
    }

    @Test("A configuration is what its document says", arguments: 0..<40 as Range<UInt64>)
    func documents(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let configuration = try Self.random(using: &generator)
            let bytes = configuration.json().serialized()
            let read = try Configuration(json: JSONValue(parsing: bytes))
            #expect(read == configuration)
            #expect(read.json().serialized() == bytes)
            for mode in ApplyMode.allCases {
                var draft = Draft(on: configuration)
                try draft.apply(configuration: try #require(configuration.json().object), mode: mode)
                #expect(draft.delta.isEmpty)
            }
        }
    }

    @Test("What leads from a to b makes b of a, by difference and by replace", arguments: 0..<40 as Range<UInt64>)
    func differences(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<25 {
            let (old, new) = (try Self.random(using: &generator), try Self.random(using: &generator))
            let delta = old.difference(to: new)
            #expect(delta.isEmpty == (old == new))
            var merged = old
            merged.merge(delta)
            #expect(merged == new)
            merged.merge(delta.inverse)
            #expect(merged == old)

            var draft = Draft(on: old)
            try draft.apply(configuration: try #require(new.json().object), mode: .replace)
            var replaced = old
            replaced.merge(draft.delta)
            #expect(replaced == new)
            #expect(Set(draft.delta.farms) == Set(delta.farms))
        }
    }
}

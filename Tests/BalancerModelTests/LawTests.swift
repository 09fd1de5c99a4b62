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
            maybe("mode", ["snat", "dnat", "local"])
            maybe("scheduler", ["rr", "weight", "hash", "symhash", "maglev"])
            maybe("sched-param", [[], ["srcip"], ["srcport", "srcip"], ["dstmac", "dstip"]])
            maybe("counters", [true, false])
            maybe("priority", [1, 9])
            // The upper bits are the farm's own, so no two marks are equal.
            maybe("mark", [.integer(farm << 8)])
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
                        "name": .string("address\(number)"),
                        "protocol": ["tcp", "udp", "sctp", "all"].randomElement(using: &generator)!,
                        "ip-addr": .string(
                            Bool.random(using: &generator) ? "10.0.\(farm).\(number)" : "fd00::\(farm):\(number)"),
                        "ports": [[80, "90-99"], [.integer(1000 + number)], ["1-30000"], []]
                            .randomElement(using: &generator)!,
                    ]
                } + (0..<2).filter { _ in Bool.random(using: &generator) }.map { ["name": .string("vip\(farm)\($0)")] })
            let persistence: [JSONValue] = Bool.random(using: &generator) ? ["srcip", "srcmac"] : []
            members["persistence"] = .array(persistence)
            members["backends"] = .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { number in
                    var backend: JSONObject = ["name": .string("b\(number)"), "ip-addr": .string("192.0.2.\(number)")]
                    if Bool.random(using: &generator) {
                        backend["weight"] = .integer(Int.random(in: 1...9, using: &generator))
                    }
                    if Bool.random(using: &generator) { backend["port"] = .integer(8080) }
                    if Bool.random(using: &generator) {
                        backend["state"] = ["up", "down", "off", "incomplete"].randomElement(using: &generator)
                    }
                    if Bool.random(using: &generator) { backend["source-addr"] = "192.0.2.99" }
                    if Bool.random(using: &generator) { backend["priority"] = 2 }
                    if Bool.random(using: &generator) { backend["mark"] = .integer(farm << 8 | number + 1) }
                    return .object(backend)
                })
            // Of a farm of two families these fit only sometimes: without persistence they always do.
            if persistence.isEmpty, members["backends"] != [], Bool.random(using: &generator) {
                members["sessions"] = [["client": "10.0.0.1 . 02:00:5e:10:00:01", "backend": "b0"]]
            }
            farms.append(.object(members))
        }
        let addresses: [JSONValue] = (0..<12).filter { _ in Bool.random(using: &generator) }.map { number in
            let (farm, vip) = (number / 2, number % 2)
            return [
                "name": .string("vip\(farm)\(vip)"), "ip-addr": .string("10.1.\(farm).\(vip)"),
                "ports": Bool.random(using: &generator) ? [80] : [81], "log-prefix": "mine ",
            ]
        }
        return try Configuration(json: [
            "farms": .array(farms.shuffled(using: &generator)), "addresses": .array(addresses),
        ])
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

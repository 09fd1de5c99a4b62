// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

/// Whatever changes follow each other, swept at once or not, in one group or several: the kernel is what the store says.
@Suite("Rows of random changes")
struct RandomChangeTests {
    @Test("kernel and store stay the same", arguments: 1...12)
    func row(seed: UInt64) throws {
        var changes = RandomChanges(seed: seed)
        let bench = EngineBench()
        _ = try bench.apply(.object(changes.start)).get()
        for round in 0..<120 {
            let documents = (0...changes.below(3)).map { _ in changes.next() }
            let answers = documents.map { bench.submit(.configuration($0, .merge)) }
            bench.scheduler.run()
            for answer in answers { #expect(answer.error == nil, "seed \(seed), round \(round)") }
            if changes.below(3) == 0 { bench.scheduler.advance(milliseconds: 10 + changes.below(70)) }
            bench.scheduler.run()
            guard changes.below(4) == 0 else { continue }
            bench.settle()
            bench.expectConsistent()
        }
        bench.settle()
        bench.expectConsistent()
    }
}

@Suite("A change that is taken back")
struct TakenBackTests {
    static let farm: JSONValue = [
        "farms": [
            [
                "name": "f", "intra-connect": true, "persistence": ["srcip"],
                "addresses": [
                    ["name": "one", "ip-addr": "192.0.2.1", "ports": [80]],
                    ["name": "wide", "ip-addr": "192.0.2.2", "ports": ["1000-2000"]],
                ],
                "backends": [["name": "a", "ip-addr": "10.0.0.1"], ["name": "b", "ip-addr": "10.0.0.2"]],
                "sessions": [["client": "10.1.0.1", "backend": "a"]],
            ]
        ]
    ]

    @Test("a farm whose deletion is not durable is there as before, static sessions and local clients too")
    func deletion() throws {
        let bench = EngineBench()
        _ = try bench.apply(Self.farm).get()
        let before = bench.kernel.ruleset
        bench.failPoints.failing = .afterKernelCommit
        let path = try ObjectPath(parsing: "/farms/f")
        #expect(bench.apply([.delete(path)]).isSuccess == false)
        bench.settle()
        for set in ["static-srcip", "local-clients", "wild", "services", "slots", "usable"] {
            let reference = SetReference(family: .ip, name: set)
            #expect(bench.kernel.ruleset.elements(of: reference) == before.elements(of: reference), "\(set)")
        }
        bench.expectConsistent()
        #expect(bench.observer.notices.isEmpty)
    }

    @Test("a farm whose creation is not durable leaves nothing behind")
    func creation() throws {
        let bench = EngineBench()
        bench.failPoints.failing = .afterKernelCommit
        #expect(bench.apply(Self.farm).isSuccess == false)
        bench.settle()
        for set in ["static-srcip", "local-clients", "wild", "services", "slots", "usable"] {
            #expect(bench.kernel.elements(set)?.isEmpty ?? true, "\(set)")
        }
        #expect(bench.observer.notices.isEmpty)
        #expect(bench.apply(Self.farm).isSuccess)
        bench.expectConsistent()
    }
}

/// Changes of two farms of two families each.
struct RandomChanges {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    mutating func pick(_ values: [JSONValue]) -> JSONValue { values[below(values.count)] }

    var start: JSONObject {
        let farms: [JSONValue] = (1...2).map { number in
            [
                "name": .string("f\(number)"),
                "addresses": [
                    ["name": "v4", "ip-addr": .string("192.0.2.\(number)"), "ports": [80]],
                    ["name": "v6", "ip-addr": .string("2001:db8::\(number)"), "ports": [80]],
                ],
                "backends": .array(
                    (1...4).map { index in
                        [
                            "name": .string("b\(index)"),
                            "ip-addr": .string(index.isMultiple(of: 2) ? "10.0.0.\(index)" : "fd00::\(index)"),
                        ]
                    }),
            ]
        }
        return ["farms": .array(farms)]
    }

    mutating func next() -> JSONObject {
        let farm = JSONValue.string("f\(1 + below(2))")
        let backend = JSONValue.string("b\(1 + below(4))")
        func set(_ key: String, _ value: JSONValue) -> JSONObject { ["farms": [["name": farm, key: value]]] }
        func change(_ key: String, _ value: JSONValue) -> JSONObject {
            set("backends", [["name": backend, key: value]])
        }
        switch below(13) {
        case 0, 1: return change("state", pick(["up", "down", "off"]))
        case 2: return change("weight", .integer(1 + below(5)))
        case 3: return change("priority", .integer(1 + below(2)))
        case 4: return set("scheduler", pick(["rr", "weight", "hash", "symhash", "maglev"]))
        case 5: return set("sched-param", pick([[], ["srcip"], ["srcip", "dstip", "srcport", "dstport", "srcmac"]]))
        case 6, 7: return set("persistence", pick([[], ["srcip"], ["srcip", "dstip", "dstport", "srcmac"]]))
        case 8: return set("mode", pick(["snat", "dnat", "local"]))
        case 9: return set("source-addr", pick(["", "10.9.9.9", "fd00::99"]))
        case 10: return set("mark", pick([0, 0x100_0000]))
        case 11: return set("counters", pick([true, false]))
        default:
            let ports = pick([[81], ["1000-2000"], []])
            let address = JSONValue.string("198.51.100.\(farm == "f1" ? 1 : 2)")
            return set("addresses", [["name": "more", "ip-addr": address, "ports": ports]])
        }
    }
}

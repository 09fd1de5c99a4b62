// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Farms that do not count: nothing of them stands in the sets of counters, and their neighbours count as ever.
@Suite("The switch of counters", .requiresKernel, .serialized)
struct CounterSwitchTests {
    /// Farms that differ in what their marks say besides.
    static var kinds: [(name: String, more: Declared.Object)] {
        [
            ("plain", [:]), ("sticky", ["persistence": ["srcip", "srcport"]]), ("marked", ["mark": 0x100_0000]),
            ("intra", ["intra-connect": true]), ("hashed", ["scheduler": "maglev", "sched-param": ["srcport"]]),
        ]
    }

    static func farms(_ ipv6: Bool, counters: Bool) -> [Declared.Object] {
        kinds.enumerated().flatMap { index, kind in
            ["tcp", "udp"].map { transport in
                Declared.farm(
                    "\(kind.name)-\(transport)", at: TrafficTests.service(ipv6, index + 1), over: transport,
                    backends: Declared.backends(1...2, ipv6: ipv6), kind.more.merging(["counters": counters]) { $1 })
            }
        }
    }

    /// Conversations of three questions each with every farm.
    static func talk(_ lab: Lab, _ ipv6: Bool, count: Int) throws {
        for udp in [false, true] {
            for index in kinds.indices {
                for _ in 0..<count {
                    let held = try lab.hold(TrafficTests.service(ipv6, index + 1), udp: udp)
                    for _ in 0..<2 { held.expectAlive() }
                }
            }
        }
    }

    @Test(
        "Off: no element in any set, while a neighbour of the same backends counts exactly", arguments: [false, true])
    func off(ipv6: Bool) throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6, 50)
        let neighbour = Declared.farm(
            "neighbour", at: service, over: "udp", backends: Declared.backends(1...2, ipv6: ipv6))
        try daemon.apply(farms: Self.farms(ipv6, counters: false) + [neighbour])
        try Self.talk(lab, ipv6, count: 4)
        for set in ["newconns", "traffic"] { #expect(try lab.counters(ipv6, set) == [], "\(set)") }
        // Six datagrams to each of two backends in two conversations: the first of each is a new connection.
        for _ in 0..<4 {
            let held = try lab.hold(service, udp: true)
            for _ in 0..<2 { held.expectAlive() }
        }
        try Self.talk(lab, ipv6, count: 2)
        #expect(try lab.counters(ipv6, "newconns").map(\.packets) == [2, 2])
        #expect(try lab.counters(ipv6, "traffic").map(\.packets).sorted() == [4, 4, 6, 6])
    }

    @Test("On and off under running connections: each keeps to what it began with", arguments: [false, true])
    func switched(ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, over: "udp", backends: Declared.backends(1...1, ipv6: ipv6), ["counters": false])
        ])
        let early = try lab.hold(service, udp: true)
        try daemon.set("f", ["counters": true])
        early.expectAlive()
        #expect(try lab.counters(ipv6, "newconns") == [])
        #expect(try lab.counters(ipv6, "traffic") == [])
        let counted = try lab.hold(service, udp: true)
        let packets = { try ["newconns", "traffic"].flatMap { try lab.counters(ipv6, $0).map(\.packets) }.sorted() }
        #expect(try packets() == [1, 1], "one question, one answer")
        for _ in 0..<3 { counted.expectAlive() }
        #expect(try packets() == [1, 3, 4])
        try daemon.set("f", ["counters": false])
        early.expectAlive()
        try lab.hold(service, udp: true).expectAlive()
        #expect(try packets() == [1, 3, 4])
        counted.expectAlive()
        #expect(try packets() == [1, 4, 5], "what began while it counted is counted on")
    }
}

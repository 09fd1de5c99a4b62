// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Marks that the user gives: seen by policy routing and by other tables, in both directions; and the numbers that the
/// balancer gives to all other backends.
@Suite("Marks", .requiresKernel, .serialized)
struct MarkTests {
    /// Counts forwarded packets by their mark and direction, behind our own rules.
    static let meter = """
        table inet lab {
            set seen {
                typeof ct direction . meta mark
                flags dynamic
                size 1024
            }
            chain forwarded {
                type filter hook forward priority 50
                update @seen { ct direction . meta mark counter }
            }
            chain local {
                type filter hook output priority 50
                meta mark != 0 update @seen { ct direction . meta mark counter }
            }
        }
        """

    /// The marks of forwarded packets since the last call, for each direction.
    static func seen(_ lab: Lab) throws -> [String: Set<Int>] {
        let text = try lab.balancer.check("nft", "-j", "list", "set", "inet", "lab", "seen")
        try lab.balancer.check("nft", "flush", "set", "inet", "lab", "seen")
        let objects = try Reply(json: text)["nftables"].array
        let elements = objects.first { !$0["set"].isMissing }?["set"]["elem"].array ?? []
        var result: [String: Set<Int>] = [:]
        for element in elements {
            let key = element["elem"]["val"]["concat"].array
            guard key.count == 2, let direction = key[0].string, let mark = key[1].integer else { continue }
            result[direction, default: []].insert(mark)
        }
        return result
    }

    static func both(_ marks: Int...) -> [String: Set<Int>] { ["original": Set(marks), "reply": Set(marks)] }

    @Test("Every packet carries the mark, both ways: backend's, farm's or both", arguments: [false, true])
    func visible(ipv6: Bool) throws {
        let lab = try Lab(backends: 2)
        try lab.balancer.nft(Self.meter)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        // snat masquerades: bit 31 (nftlb-reference.md 4.10). Backend's mark, farm's mark, mode, what packets carry.
        let cases: [(backend: Int, farm: Int, mode: String, marks: Int)] = [
            (0x123, 0, "dnat", 0x123), (0x123, 0, "snat", 0x8000_0123), (0x123, 0x7000, "dnat", 0x7123),
            (0x7ff_ffff, 0, "dnat", 0x7ff_ffff), (0x100, 0x4ff_0000, "snat", 0x84ff_0100),
        ]
        for one in cases {
            for udp in [false, true] {
                try daemon.apply(
                    farms: [
                        Declared.farm(
                            "f", at: service, over: udp ? "udp" : "tcp", mode: one.mode,
                            backends: [Declared.backend(1, ipv6: ipv6, ["mark": one.backend])], ["mark": one.farm])
                    ], mode: "replace")
                let held = try lab.hold(service, udp: udp)
                for _ in 0..<3 { held.expectAlive() }
                #expect(try Self.seen(lab) == Self.both(one.marks), "\(one)")
            }
        }
        // The farm's mark alone: the backends have numbers of their own in the other bits.
        try daemon.apply(
            farms: [
                Declared.farm(
                    "f", at: service, mode: "dnat", backends: Declared.backends(1...2, ipv6: ipv6),
                    ["mark": 0x70_0000])
            ], mode: "replace")
        #expect(try lab.spread(8, to: service) == ["b1": 4, "b2": 4])
        let seen = try Self.seen(lab)
        #expect(seen["original"] == seen["reply"] && seen["original"]?.count == 2)
        #expect(seen["original"]?.allSatisfy { $0 & 0x70_0000 == 0x70_0000 } == true)
    }

    @Test("Policy routing obeys the mark of the first packet and of later ones", arguments: [false, true])
    func policyRouting(ipv6: Bool) throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, mode: "dnat",
                backends: [
                    Declared.backend(1, ipv6: ipv6, ["mark": 0x10]), Declared.backend(2, ipv6: ipv6, ["mark": 0x20]),
                ])
        ])
        let held = try (0..<2).map { _ in try lab.hold(service) }
        let family = ipv6 ? "-6 " : ""
        try lab.balancer.ip("\(family)rule add fwmark 0x10 prohibit priority 100")
        var answers: Set<String> = []
        for _ in 0..<4 {
            if let answer = try? lab.topology.ask(.tcp, service, timeLimit: 300) { answers.insert(answer.backend) }
        }
        #expect(answers == ["b2"])
        held.first { $0.answer.backend == "b2" }?.expectAlive()
        try lab.balancer.ip("\(family)rule delete fwmark 0x10 prohibit priority 100")
        #expect(try lab.spread(4, to: service) == ["b1": 2, "b2": 2])
    }

    @Test(
        "No mark given: packets carry none; a mark that a packet has is left alone (defect 8.7.6)",
        arguments: [false, true])
    func leftAlone(ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        try lab.balancer.nft(Self.meter)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        let plain = Declared.farm("f", at: service, backends: Declared.backends(1...1, ipv6: ipv6))
        try daemon.apply(farms: [plain])
        try lab.hold(service).expectAlive()
        #expect(try Self.seen(lab) == Self.both(0))
        // Marked by somebody else before us: every packet that comes in.
        try lab.balancer.nft(
            "table inet other { chain c { type filter hook prerouting priority -300; meta mark set 0x55; }; }")
        for mark in [0, 0x123] {
            try daemon.set("f", "b1" + (ipv6 ? "-6" : ""), ["mark": mark])
            try lab.hold(service).expectAlive()
            #expect(try Self.seen(lab) == Self.both(0x55), "\(mark)")
        }
    }

    @Test("Clients on the balancer: their packets carry the mark too", arguments: [false, true])
    func local(ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        try lab.balancer.nft(Self.meter)
        let service = TrafficTests.service(ipv6)
        try lab.balancer.ip("address add \(service.address)/\(ipv6 ? 128 : 32) dev lo")
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, mode: "dnat", backends: [Declared.backend(1, ipv6: ipv6, ["mark": 0x42])],
                ["intra-connect": true])
        ])
        #expect(try lab.spread(2, to: service, from: lab.balancer) == ["b1": 2])
        #expect(try Self.seen(lab)["original"] == [0x42])
    }

    @Test("A mark that changes: running connections keep theirs, new ones get the new one", arguments: [false, true])
    func change(ipv6: Bool) throws {
        let lab = try Lab(backends: 2)
        try lab.balancer.nft(Self.meter)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        let name = ipv6 ? "b1-6" : "b1"
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, mode: "dnat", backends: [Declared.backend(1, ipv6: ipv6, ["mark": 0x10])])
        ])
        let load = lab.load([service])
        let old = try lab.hold(service)
        for (farm, backend) in [(0, 0x20), (0x4000, 0x20), (0x4000, 0), (0, 0), (0, 0x10)] {
            try daemon.apply(farms: [
                ["name": "f", "mark": farm, "backends": [["name": name, "mark": backend] as Declared.Object]]
            ])
            let new = try lab.hold(service)
            old.expectAlive("\(farm) \(backend)")
            new.expectAlive("\(farm) \(backend)")
        }
        load.expectNoFailure(atLeast: 50)
        _ = try Self.seen(lab)
        old.expectAlive()
        #expect(try Self.seen(lab) == Self.both(0x10))
    }

    @Test("Two backends never mean the same: what collides is refused, also across farms and families (defect 8.5)")
    func collisions() throws {
        let lab = try Lab(backends: 3)
        let daemon = try Daemon(on: lab)
        let farm = { (name: String, host: Int, mark: Int, marks: [Int]) in
            Declared.farm(
                name, at: TrafficTests.service(false, host),
                backends: marks.enumerated().map { Declared.backend($0 + 1, ["mark": $1]) }, ["mark": mark])
        }
        try daemon.apply(farms: [farm("f", 1, 0, [0x10, 0x20])])
        let generation = try lab.balancer.generation()
        let cases: [(farm: Declared.Object, path: String)] = [
            (farm("g", 2, 0, [0x30, 0x30]), "/farms/g/backends/b2/mark"),
            (farm("g", 2, 0, [0x10]), "/farms/g/backends/b1/mark"),
            (farm("g", 2, 0x1, [0x2, 0x3]), "/farms/g/backends/b2/mark"),
            (farm("g", 2, 0x20, [0x20]), "/farms/g/backends/b1/mark"),
            (farm("g", 2, 0x30, [0x10, 0x20]), "/farms/g/backends/b2/mark"),
            (
                Declared.farm(
                    "g", at: TrafficTests.service(true), backends: [Declared.backend(1, ipv6: true, ["mark": 0x20])]),
                "/farms/g/backends/b1-6/mark"
            ),
        ]
        for one in cases {
            let error = try daemon.refusal(of: [one.farm])
            #expect(error?.kind == "invalid" && error?.path == one.path, "\(error.debugDescription)")
        }
        #expect(try lab.balancer.generation() == generation, "nothing reached the kernel")
        #expect(try lab.spread(4, to: TrafficTests.service(false)) == ["b1": 2, "b2": 2])
        // What others have until the change is taken, and connections and figures stay with their backends.
        let held = try (0..<2).map { _ in try lab.hold(TrafficTests.service(false)) }
        for marks in [[0x20, 0x10], [0x30, 0x20], [0x20, 0x30], [0x10, 0x20]] {
            try daemon.apply(farms: [farm("f", 1, 0, marks)])
            let backends = try daemon.remote().call("statistics.get", ["farms": ["f"]])["farms"][0]["backends"].array
            #expect(backends.map { $0["connections"].integer } == [3, 3])
            for one in held { one.expectAlive() }
        }
        #expect(try lab.spread(4, to: TrafficTests.service(false)) == ["b1": 2, "b2": 2])
    }

    @Test("Numbers that the balancer gives keep out of the way of marks in the same document")
    func avoided() throws {
        let lab = try Lab(backends: 3)
        let daemon = try Daemon(on: lab)
        let backends = { (marks: [Int]) in marks.enumerated().map { Declared.backend($0 + 1, ["mark": $1]) } }
        try daemon.apply(farms: [
            Declared.farm("a", at: TrafficTests.service(false, 1), backends: backends([0, 0, 0])),
            Declared.farm("b", at: TrafficTests.service(false, 2), backends: backends([3, 1, 0])),
            Declared.farm("c", at: TrafficTests.service(false, 3), backends: backends([0, 2, 0]), ["mark": 4]),
        ])
        #expect(try Self.marks(lab).count == 9)
        for host in 1...3 { #expect(try lab.spread(6, to: TrafficTests.service(false, host)).count == 3) }
        // Later on, a mark that a backend has as its number is given up for another one.
        let drawn = try Self.marks(lab).filter { $0 < 0xa000_0000 }.map { $0 & 0xffff }.sorted()
        for mark in drawn { try daemon.set("a", "b1", ["mark": mark]) }
        #expect(try Self.marks(lab).count == 9)
        for host in 1...3 { #expect(try lab.spread(6, to: TrafficTests.service(false, host)).count == 3) }
    }

    @Test("More than 10,000 backends have numbers of their own (defects 8.4.8, 8.6.1)")
    func many() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let farms = (1...12).map { farm in
            Declared.farm(
                "f\(farm)", at: TrafficTests.service(false, farm),
                backends: (0..<1000).map { index in
                    ["name": "b\(index)", "ip-addr": "10.\(farm).\(index / 250).\(1 + index % 250)", "state": "off"]
                } + [Declared.backend(1, ["name": "real"])])
        }
        try daemon.apply(farms: farms)
        let marks = try Self.marks(lab)
        #expect(marks.count == 12 * 1001)
        #expect(!marks.contains(0x8000_0000))
        for farm in [1, 12] { #expect(try lab.spread(1, to: TrafficTests.service(false, farm)) == ["b1": 1]) }
    }

    /// The marks of all backends that may serve.
    static func marks(_ lab: Lab) throws -> Set<Int> {
        let text = try lab.balancer.check("nft", "-j", "list", "set", "ip", "nftlb", "usable")
        let objects = try Reply(json: text)["nftables"].array
        return Set(objects.first { !$0["set"].isMissing }?["set"]["elem"].array.compactMap(\.integer) ?? [])
    }
}

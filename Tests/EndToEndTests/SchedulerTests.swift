// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Shares of farms that share a counter, and choices that stay: over restarts, over the farm's own end, over lost backends.
@Suite("Schedulers", .requiresKernel, .serialized)
struct SchedulerTests {
    @Test(
        "In turn: two farms of one shape, hit in turn, each have their exact shares",
        arguments: [[1, 1, 1], [1, 2, 3, 4], [1, 1, 1, 1, 1, 1, 1]])
    func sharedCounter(weights: [Int]) throws {
        let lab = try Lab(backends: weights.count)
        let daemon = try Daemon(on: lab)
        for ipv6 in [false, true] {
            let services = (1...2).map { TrafficTests.service(ipv6, $0) }
            let backends = weights.enumerated().map { Declared.backend($0 + 1, ipv6: ipv6, ["weight": $1]) }
            try daemon.apply(
                farms: services.enumerated().map { index, service in
                    Declared.farm("f\(index)\(ipv6)", at: service, over: "udp", backends: backends)
                })
            let chains = try lab.balancer.listing(ipv6 ? "ip6" : "ip", "nftlb").split(separator: "\n")
                .filter { $0.contains("chain s-") }
            #expect(chains.count == 1, "one shape, so one counter")
            let rounds = 10 * TrafficTests.rotation
            var spread = [Spread](repeating: [:], count: 2)
            for turn in 0..<2 * rounds {
                // A port that comes again would be a connection that conntrack knows, and draw nothing.
                let source = Endpoint(ipv6 ? "fd09:1::2" : "10.9.1.2", UInt16(20_000 + turn))
                let answer = try lab.topology.converse(.udp, services[turn % 2], from: source).ask()
                spread[turn % 2][answer.backend, default: 0] += 1
            }
            for farm in spread {
                for (index, weight) in weights.enumerated() {
                    let expected = Double(rounds * weight) / Double(weights.reduce(0, +))
                    #expect(abs(Double(farm["b\(index + 1)"] ?? 0) - expected) <= 2.1, "\(spread)")
                }
            }
        }
    }

    /// Who answers each of many flows, which differ by their port; none of them is a connection that conntrack knows.
    private static func choices(_ lab: Lab, _ service: Endpoint, flows: Int) throws -> [String] {
        try lab.balancer.check("conntrack", "-F")
        return try lab.client.inside {
            try (0..<flows).map { flow in
                let source = Endpoint(service.isIPv6 ? "fd09:1::2" : "10.9.1.2", UInt16(20_000 + flow))
                return try Conversation(.udp, service, from: source).ask().backend
            }
        }
    }

    private static func farm(_ service: Endpoint, _ scheduler: String, backends: [Declared.Object]) -> Declared.Object {
        let fields = scheduler == "symhash" ? [] : ["srcip", "srcport"]
        return Declared.farm(
            "f", at: service, over: "udp", mode: "dnat", scheduler: scheduler, backends: backends,
            ["sched-param": fields])
    }

    @Test(
        "A hash chooses the same after changes, restarts, and for a farm that is made anew (defect 8.7.2)",
        arguments: ["hash", "maglev", "symhash"], [false, true])
    func stays(scheduler: String, ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        let backends = Declared.backends(ipv6: ipv6)
        try daemon.apply(farms: [Self.farm(service, scheduler, backends: backends)])
        let before = try Self.choices(lab, service, flows: 60)
        #expect(Set(before).count == 3)
        let changes: [(name: String, make: () throws -> Void)] = [
            ("nothing", { try daemon.apply(farms: [Self.farm(service, scheduler, backends: backends)]) }),
            (
                "persistence and back",
                {
                    try daemon.set("f", ["persistence": ["dstmac"]])
                    try daemon.set("f", ["persistence": [String]()])
                }
            ),
            ("snat", { try daemon.set("f", ["mode": "snat"]) }),
            (
                "another farm first",
                {
                    try daemon.apply(farms: [
                        Declared.farm("g", at: TrafficTests.service(ipv6, 2), backends: backends)
                    ])
                }
            ),
            (
                "killed and started",
                {
                    daemon.kill()
                    try daemon.start()
                }
            ),
            (
                "made anew, in another order",
                {
                    try daemon.delete("/farms/f")
                    try daemon.apply(farms: [Self.farm(service, scheduler, backends: backends.reversed())])
                }
            ),
            (
                "down and up",
                {
                    let name = ipv6 ? "b2-6" : "b2"
                    try daemon.set("f", name, ["state": "down"])
                    try daemon.set("f", name, ["state": "up"])
                }
            ),
        ]
        for (name, change) in changes {
            try change()
            #expect(try Self.choices(lab, service, flows: 60) == before, "\(name)")
        }
    }

    @Test("Turns go on where they were, whatever others change (defect 8.7.2)")
    func turns() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(false)
        try daemon.apply(farms: [Declared.farm("f", at: service, backends: Declared.backends())])
        let other = Declared.farm("g", at: TrafficTests.service(false, 2), backends: Declared.backends())
        let changes: [() throws -> Void] = [
            { try daemon.apply(farms: [other]) }, { try daemon.set("g", "b1", ["state": "down"]) },
            { try daemon.set("g", ["scheduler": "weight"]) }, { try daemon.set("f", "b1", ["port": 8081]) },
            { try daemon.set("f", ["addresses": [["name": "f", "ports": [80, 81]] as Declared.Object]]) },
            { try daemon.delete("/farms/g") },
        ]
        var answers = try [lab.topology.ask(.tcp, service).backend]
        for change in changes {
            try change()
            answers.append(try lab.topology.ask(.tcp, service).backend)
        }
        #expect(answers == ["b1", "b2", "b3", "b1", "b2", "b3", "b1"])
    }

    @Test(
        "Two backends in one place both serve, by turns and by hash (defect 8.5)", arguments: ["rr", "hash", "maglev"])
    func samePlace(scheduler: String) throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let twin = Declared.backend(1, ["name": "twin"])
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: TrafficTests.service(false), scheduler: scheduler, backends: Declared.backends(1...2) + [twin],
                ["sched-param": scheduler == "rr" ? [] : ["srcport"]])
        ])
        let spread = try lab.spread(120, to: TrafficTests.service(false))
        #expect(ChiSquare.isPlausible(spread, shares: ["b1": 2, "b2": 1]), "\(spread)")
        #expect(try lab.counters(false, "newconns").count == 3)
    }

    @Test("symhash: both directions of a flow choose the same", arguments: [false, true])
    func symmetric(ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let (one, other) = ipv6 ? ("2001:db8:a::1", "2001:db8:b::1") : ("203.0.113.5", "198.51.100.7")
        let length = ipv6 ? 128 : 32
        let range = ["20000-20040"] as [Any]
        // dnat: the answers find their way to addresses that the client has one after the other.
        try daemon.apply(
            farms: [one, other].enumerated().map { index, address in
                [
                    "name": "f\(index)", "mode": "dnat", "scheduler": "symhash",
                    "addresses": [["name": "a", "ip-addr": address, "ports": range, "protocol": "udp"]],
                    "backends": Declared.backends(ipv6: ipv6),
                ] as Declared.Object
            })
        let choices = { (source: String, service: String, reversed: Bool) in
            try lab.client.ip("address add \(source)/\(length) dev lo" + (ipv6 ? " nodad" : ""))
            try lab.balancer.ip(
                "\(ipv6 ? "-6 " : "")route replace \(source)/\(length) via \(ipv6 ? "fd09:1::2" : "10.9.1.2")")
            let found = try lab.client.inside {
                try (0..<30).map { flow in
                    let ports = (UInt16(20_000 + flow), UInt16(20_040 - flow / 2))
                    let (from, to) = reversed ? (ports.1, ports.0) : ports
                    return try Conversation(.udp, Endpoint(service, to), from: Endpoint(source, from)).ask().backend
                }
            }
            try lab.client.ip("address delete \(source)/\(length) dev lo")
            try lab.balancer.check("conntrack", "-F")
            return found
        }
        let forward = try choices(one, other, false)
        let backward = try choices(other, one, true)
        #expect(forward == backward)
        #expect(Set(forward).count == 3)
    }

    @Test(
        "maglev: a backend that is down moves nobody else, one that is deleted hardly anybody",
        arguments: [false, true])
    func consistent(ipv6: Bool) throws {
        let lab = try Lab(backends: 10, ports: [8080])
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(ipv6)
        try daemon.apply(farms: [Self.farm(service, "maglev", backends: Declared.backends(1...10, ipv6: ipv6))])
        let flows = 1000
        let before = try Self.choices(lab, service, flows: flows)
        let shares = Dictionary(uniqueKeysWithValues: (1...10).map { ("b\($0)", 1) })
        #expect(ChiSquare.isPlausible(Dictionary(grouping: before) { $0 }.mapValues(\.count), shares: shares))
        let lost = ipv6 ? "b4-6" : "b4"
        let moved = { (after: [String]) in
            #expect(!after.contains("b4"))
            return zip(before, after).count { $0 != "b4" && $0 != $1 }
        }
        try daemon.set("f", lost, ["state": "down"])
        #expect(moved(try Self.choices(lab, service, flows: flows)) == 0)
        try daemon.delete("/farms/f/backends/\(lost)")
        #expect(moved(try Self.choices(lab, service, flows: flows)) <= flows * 15 / 1000)
        try daemon.apply(farms: [Self.farm(service, "maglev", backends: Declared.backends(4...4, ipv6: ipv6))])
        #expect(try Self.choices(lab, service, flows: flows) == before, "made anew")
    }

    @Test("hash and maglev without fields look at the source address (defect 8.4.5)", arguments: ["hash", "maglev"])
    func withoutFields(scheduler: String) throws {
        let lab = try Lab()
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: TrafficTests.service(false), scheduler: scheduler, backends: Declared.backends(),
                ["sched-param": [String]()])
        ])
        let first = try lab.choices(of: Lab.clients, at: TrafficTests.service(false))
        #expect(Set(first).count == 3)
        #expect(try lab.choices(of: Lab.clients, at: TrafficTests.service(false)) == first)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Where packets go, for each mode, family, protocol and scheduler.
@Suite("Traffic", .requiresKernel, .serialized)
struct TrafficTests {
    static let places: [(ipv6: Bool, transport: String)] = [
        (false, "tcp"), (false, "udp"), (true, "tcp"), (true, "udp"),
    ]

    static func service(_ ipv6: Bool, _ host: Int = 1, port: UInt16 = 80) -> Endpoint {
        Endpoint(ipv6 ? "2001:db8::\(host)" : "192.0.2.\(host)", port)
    }

    /// The slots of a rotation: the smallest number that the layout uses.
    static let rotation = 61

    @Test("In turn: weights are exact over a rotation", arguments: ["snat", "dnat"], [[1, 1, 1], [1, 2, 3]])
    func exact(mode: String, weights: [Int]) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        for (number, (ipv6, transport)) in Self.places.enumerated() {
            let target = Self.service(ipv6, number + 1)
            let backends = (1...3).map { Declared.backend($0, ipv6: ipv6, ["weight": weights[$0 - 1]]) }
            try daemon.apply(farms: [
                Declared.farm("f\(number)", at: target, over: transport, mode: mode, backends: backends)
            ])
            let rounds = 2
            let spread = try lab.spread(rounds * Self.rotation, to: target, udp: transport == "udp")
            // Whole rounds of the weights fill the slots; the slots left over are drawn again.
            let whole = Self.rotation / weights.reduce(0, +)
            let surplus = Self.rotation - whole * weights.reduce(0, +)
            for (index, weight) in weights.enumerated() {
                let exact = rounds * whole * weight
                let range = exact...(exact + rounds * surplus)
                #expect(range.contains(spread["b\(index + 1)"] ?? 0), "\(target) \(transport) \(spread)")
            }
        }
    }

    @Test("By lot: weights within a chi-square bound", arguments: ["snat", "dnat"])
    func byLot(mode: String) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        for (number, (ipv6, transport)) in Self.places.enumerated() {
            let target = Self.service(ipv6, number + 1)
            let backends = (1...3).map { Declared.backend($0, ipv6: ipv6, ["weight": $0]) }
            try daemon.apply(farms: [
                Declared.farm(
                    "f\(number)", at: target, over: transport, mode: mode, scheduler: "weight", backends: backends)
            ])
            let spread = try lab.spread(600, to: target, udp: transport == "udp")
            #expect(
                ChiSquare.isPlausible(spread, shares: ["b1": 1, "b2": 2, "b3": 3]), "\(target) \(transport) \(spread)")
        }
    }

    @Test("snat hides the client, dnat shows it", arguments: ["snat", "dnat"])
    func source(mode: String) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        for (number, (ipv6, transport)) in Self.places.enumerated() {
            let target = Self.service(ipv6, number + 1)
            try daemon.apply(farms: [
                Declared.farm(
                    "f\(number)", at: target, over: transport, mode: mode,
                    backends: Declared.backends(1...1, ipv6: ipv6))
            ])
            let connection = try lab.hold(target, udp: transport == "udp")
            #expect(connection.answer.backend == "b1")
            #expect(connection.answer.port == 8080)
            let balancer = ipv6 ? "fd09:11::1" : "10.9.11.1"
            let client = ipv6 ? "fd09:1::2" : "10.9.1.2"
            #expect(connection.answer.peer.address == (mode == "snat" ? balancer : client), "\(transport) \(target)")
        }
    }

    @Test("hash by source address: one client, one backend; many clients, all backends", arguments: ["snat", "dnat"])
    func hash(mode: String) throws {
        let lab = try Lab()
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        for (number, transport) in ["tcp", "udp"].enumerated() {
            let target = Self.service(false, number + 1)
            try daemon.apply(farms: [
                Declared.farm(
                    "f\(number)", at: target, over: transport, mode: mode, scheduler: "hash",
                    backends: Declared.backends(), ["sched-param": ["srcip"]])
            ])
            let hosts = Lab.clients
            let first = try lab.choices(of: hosts, at: target, udp: transport == "udp")
            let second = try lab.choices(of: hosts, at: target, udp: transport == "udp")
            #expect(first == second, "the same client goes to the same backend")
            let counts = Dictionary(grouping: first, by: { $0 }).mapValues(\.count)
            #expect(ChiSquare.isPlausible(counts, shares: ["b1": 1, "b2": 1, "b3": 1]), "\(counts)")
        }
    }

    @Test("hash by address and port: random within a chi-square bound", arguments: [false, true])
    func hashPorts(ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let target = Self.service(ipv6)
        let backends = (1...3).map { Declared.backend($0, ipv6: ipv6, ["weight": [1, 2, 3][$0 - 1]]) }
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: target, scheduler: "hash", backends: backends, ["sched-param": ["srcip", "srcport"]])
        ])
        let spread = try lab.spread(900, to: target)
        #expect(ChiSquare.isPlausible(spread, shares: ["b1": 1, "b2": 2, "b3": 3]), "\(spread)")
    }

    @Test("A hash chooses the same after a restart and on another balancer")
    func hashIsFixed() throws {
        let hosts = Lab.clients
        let target = Self.service(false)
        var seen: [[String]] = []
        for _ in 0..<2 {
            let lab = try Lab()
            try lab.addClients()
            let daemon = try Daemon(on: lab)
            try daemon.apply(farms: [
                Declared.farm(
                    "f", at: target, scheduler: "hash", backends: Declared.backends(), ["sched-param": ["srcip"]])
            ])
            seen.append(try lab.choices(of: hosts, at: target))
            daemon.kill()
            try daemon.start()
            seen.append(try lab.choices(of: hosts, at: target))
        }
        #expect(Set(seen).count == 1)
    }
}

/// Pearson's test.
enum ChiSquare {
    /// Whether counts like these are to be expected from these shares: wrong once in a million runs.
    static func isPlausible(_ counts: Spread, shares: [String: Int]) -> Bool {
        let total = Double(counts.values.reduce(0, +))
        let whole = Double(shares.values.reduce(0, +))
        guard total > 0, Set(counts.keys).isSubset(of: shares.keys) else { return false }
        let statistic = shares.reduce(0.0) { sum, share in
            let expected = total * Double(share.value) / whole
            let difference = Double(counts[share.key] ?? 0) - expected
            return sum + difference * difference / expected
        }
        // The quantile of 1 - 1e-6 by Wilson and Hilferty's approximation (4.753 is the normal one).
        let freedom = Double(shares.count - 1)
        let term = 2 / (9 * freedom)
        let root = 1 - term + 4.753 * term.squareRoot()
        return statistic <= freedom * root * root * root
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("Changes under load", .enabled(if: NetworkNamespace.isAvailable), .serialized)
struct ChangeTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// Farms with these states of their three backends.
    static func farm(_ states: [String], weights: [Int] = [1, 1, 1], state: String = "up") -> FarmDocument {
        FarmDocument {
            $0.state = state
            $0.backends = zip(states, weights).map { #""state": "\#($0)", "weight": \#($1)"# }
        }
    }

    @Test func `no connection fails while backends, weights and farms change`() throws {
        let topology = try Topology()
        let other = FarmDocument {
            $0.name = "other"; $0.ports = "[8080]"
        }
        let balancer = try topology.makeBalancer(
            Self.farm(["up", "up", "up"]), Self.farm(["up", "up", "up"], weights: [3, 2, 1]).renamed("w", "[81]"), other
        )
        let runs = balancer.helperRuns
        let load = LoadLoop(topology, .tcp, [Self.service])
        for round in 0..<3 {
            try topology.change(balancer, Self.farm(["down", "up", "up"]), other)
            load.wait(for: 40)
            try topology.change(balancer, Self.farm(["up", "off", "up"]))
            load.wait(for: 40)
            try topology.change(balancer, Self.farm(["up", "up", "up"], weights: [3, 2, 1]), other)
            load.wait(for: 40)
            try topology.change(balancer, Self.farm(["up", "up", "up"], weights: [1, 1, 1 + round]), other)
            load.wait(for: 40)
        }
        let result = load.stop()
        #expect(result.failed == 0, "\(result.failures)")
        #expect(balancer.helperRuns <= runs + 1)
        #expect(result.answered.count == 3)
    }

    @Test func `established connections outlive every state, and new ones keep away`() throws {
        let topology = try Topology()
        let balancer = try topology.makeBalancer(Self.farm(["up", "up", "up"]))
        let lasting = try (0..<6).map { _ in try topology.converse(.tcp, Self.service) }
        let homes = try lasting.map { try $0.ask().backend }
        for states in [["down", "up", "up"], ["off", "up", "up"], ["down", "down", "up"], ["off", "off", "off"]] {
            try topology.change(balancer, Self.farm(states))
            #expect(try lasting.map { try $0.ask().backend } == homes)
            guard states.contains("up") else { continue }
            let spread = try topology.spread(.tcp, Self.service, count: 12)
            #expect(Set(spread.keys) == Set(zip(["b1", "b2", "b3"], states).filter { $0.1 == "up" }.map(\.0)))
        }
        for state in ["off", "down"] {
            try topology.change(balancer, Self.farm(["up", "up", "up"], state: state))
            #expect(try lasting.map { try $0.ask().backend } == homes)
            #expect(throws: ConversationFailure.self) { try topology.ask(.tcp, Self.service, timeLimit: 300) }
        }
        try topology.change(balancer)
        #expect(try lasting.map { try $0.ask().backend } == homes)
    }

    @Test func `an ordinary change runs no helper and is elements only`() throws {
        let topology = try Topology()
        let balancer = try topology.makeBalancer(Self.farm(["up", "up", "up"]))
        let runs = balancer.helperRuns
        let generation = try balancer.kernel.generation()
        try topology.change(balancer, Self.farm(["up", "down", "up"]))
        try topology.change(
            balancer, Self.farm(["up", "up", "up"]), Self.farm(["up", "up", "up"]).renamed("n", "[82]"))
        #expect(balancer.helperRuns == runs)
        // One transaction each.
        #expect(try balancer.kernel.generation() == generation + 2)
        #expect(try topology.spread(.tcp, Self.service, count: 30).count == 3)
        try topology.change(
            balancer, Self.farm(["up", "up", "up"]), Self.farm(["up", "up", "up"]).renamed("n", "[82]"))
        #expect(balancer.lastTransaction.isEmpty)
    }
}

extension FarmDocument {
    func renamed(_ name: String, _ ports: String) -> FarmDocument {
        var copy = self
        copy.name = name
        copy.ports = ports
        return copy
    }
}

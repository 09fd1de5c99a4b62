// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// A flow belongs to its backend, whoever has the address; what begins is for whoever has it.
@Suite("Flows at ingress whose farm lost the address", .enabled(if: NetworkNamespace.isAvailable))
struct SettledFlowTests {
    static let kinds: [(mode: String, isIPv6: Bool, transport: Transport)] = ["dsr", "stlsdnat"].flatMap { mode in
        [false, true].flatMap { isIPv6 in [Transport.tcp, .udp].map { (mode, isIPv6, $0) } }
    }

    private static func farm(
        _ name: String, _ mode: String, _ isIPv6: Bool, _ transport: Transport, _ backends: [String?]
    ) -> FarmDocument {
        FarmDocument(isIPv6: isIPv6) {
            $0.name = name
            $0.mode = mode
            $0.transport = transport.rawValue
            $0.backends = backends
        }
    }

    private static func topology() throws -> (Topology, [BackendServer]) {
        let topology = try Topology(backends: 4)
        return (topology, try topology.addServiceAddresses(DirectReturnTests.addresses))
    }

    @Test("They go on while it is off or down, and while another farm has the address", arguments: kinds)
    func settled(_ mode: String, _ isIPv6: Bool, _ transport: Transport) throws {
        let (topology, servers) = try Self.topology()
        defer { for server in servers { server.shutDown() } }
        let farm = Self.farm("web", mode, isIPv6, transport, ["", "", nil, nil])
        let balancer = try topology.makeIngressBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        let flows = try (0..<6).map { _ in
            let conversation = try topology.converse(transport, service)
            return (conversation, try conversation.ask().backend)
        }
        #expect(Set(flows.map(\.1)) == ["b1", "b2"])
        func checkAll() throws {
            for (conversation, backend) in flows { #expect(try conversation.ask().backend == backend) }
        }
        for state in ["off", "down"] {
            var resting = farm
            resting.state = state
            try topology.change(balancer, resting)
            try checkAll()
            #expect(throws: ConversationFailure.self) { try topology.ask(transport, service, timeLimit: 300) }
            // Others take the address, in their own way; those who were first have the same address again at last.
            for other in ["dsr", "stlsdnat", "snat", "dnat"] {
                try topology.change(balancer, resting, Self.farm("next", other, isIPv6, transport, [nil, nil, "", ""]))
                try checkAll()
                #expect(Set(try topology.spread(transport, service, count: 12).keys) == ["b3", "b4"], "\(other)")
                try checkAll()
            }
            try topology.change(balancer, farm)
            try checkAll()
        }
    }

    @Test("With other addresses: those of direct return go on; answers of the others cannot be translated back")
    func moved() throws {
        let (topology, servers) = try Self.topology()
        defer { for server in servers { server.shutDown() } }
        var farm = Self.farm("web", "dsr", false, .tcp, ["", "", nil, nil])
        let balancer = try topology.makeIngressBalancer(farm)
        let service = Endpoint("192.0.2.1", 80)
        let conversation = try topology.converse(.tcp, service)
        let home = try conversation.ask().backend
        farm.ports = "[81]"
        try topology.change(balancer, farm)
        #expect(try conversation.ask().backend == home)

        // A client of datagrams that keeps its port has whoever has the address, and nobody for good.
        farm = Self.farm("web", "stlsdnat", false, .udp, ["", "", nil, nil])
        try topology.change(balancer, farm)
        let client = try topology.converse(.udp, service, timeLimit: 300)
        #expect(["b1", "b2"].contains(try client.ask().backend))
        var elsewhere = farm
        elsewhere.ports = "[81]"
        try topology.change(balancer, elsewhere)
        #expect(throws: ConversationFailure.self) { try client.ask() }
        let next = Self.farm("next", "stlsdnat", false, .udp, [nil, nil, "", ""])
        try topology.change(balancer, elsewhere, next)
        #expect(["b3", "b4"].contains(try client.ask().backend))
        try topology.change(balancer, farm)
        #expect(["b1", "b2"].contains(try client.ask().backend))
    }

    @Test("A port that is used again begins with whoever has the address, and not with a backend that is down")
    func again() throws {
        let (topology, servers) = try Self.topology()
        defer { for server in servers { server.shutDown() } }
        let service = Endpoint("192.0.2.1", 80)
        // Here answers of direct return pass the balancer: its connection tracking must not know the same ports by them.
        try topology.balancer.inside {
            for words in [
                "add table ip test", "add chain ip test answers { type filter hook prerouting priority -300 ; }",
                "add rule ip test answers ip saddr 192.0.2.1 notrack",
            ] { try Command.succeed(["nft", words]) }
        }
        let balancer = try topology.makeIngressBalancer(Self.farm("web", "dsr", false, .tcp, ["", "", nil, nil]))
        var port: UInt16 = 47_000
        for mode in ["dsr", "stlsdnat"] {
            let farm = Self.farm("web", mode, false, .tcp, ["", "", nil, nil])
            try topology.change(balancer, farm)
            for other in ["dsr", "stlsdnat", "snat", "dnat"] {
                port += 1
                let source = Endpoint(Topology.clientAddress, port)
                let first = try topology.converse(.tcp, service, from: source)
                #expect(["b1", "b2"].contains(try first.ask().backend))
                first.reset()
                _ = consume first
                var resting = farm
                resting.state = "off"
                try topology.change(balancer, resting, Self.farm("next", other, false, .tcp, [nil, nil, "", ""]))
                let second = try topology.converse(.tcp, service, from: source)
                for _ in 0..<3 { #expect(["b3", "b4"].contains(try second.ask().backend), "\(mode), \(other)") }
                second.reset()
                _ = consume second
                try topology.change(balancer, farm)
            }
            port += 1
            let source = Endpoint(Topology.clientAddress, port)
            let first = try topology.converse(.tcp, service, from: source)
            let home = try first.ask().backend
            first.reset()
            _ = consume first
            let states = ["b1", "b2"].map { $0 == home ? #""state": "down""# : "" }
            try topology.change(balancer, Self.farm("web", mode, false, .tcp, states + [nil, nil]))
            let second = try topology.converse(.tcp, service, from: source)
            #expect(try second.ask().backend != home)
            second.reset()
        }
    }
}

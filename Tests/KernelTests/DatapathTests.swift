// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Real packets through what was compiled", .enabled(if: NetworkNamespace.isAvailable))
struct DatapathTests {
    /// Mode, family, transport.
    static let kinds: [(mode: String, isIPv6: Bool, transport: Transport)] = ["snat", "dnat"].flatMap { mode in
        [false, true].flatMap { isIPv6 in Transport.allCases.map { (mode, isIPv6, $0) } }
    }

    @Test(arguments: kinds)
    func `every mode, family and transport`(_ mode: String, _ isIPv6: Bool, _ transport: Transport) throws {
        let topology = try Topology()
        let farm = FarmDocument(isIPv6: isIPv6) {
            $0.mode = mode
            $0.transport = transport.rawValue
            // b1 has a port of its own, the others take the one that was asked for.
            $0.backends = [#""port": 8080"#, "", ""]
        }
        let balancer = try topology.makeBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        var answers: [Answer] = []
        for _ in 0..<30 { answers.append(try topology.ask(transport, service)) }
        for (index, backend) in topology.backends.enumerated() {
            let own = answers.filter { $0.backend == backend.name }
            #expect(own.count == 10)
            #expect(own.allSatisfy { $0.port == (index == 0 ? 8080 : 80) })
            let client = isIPv6 ? Topology.clientAddress6 : Topology.clientAddress
            let masquerade = isIPv6 ? "fd09:\(11 + index)::1" : "10.9.\(11 + index).1"
            #expect(own.allSatisfy { $0.peer.address == (mode == "snat" ? masquerade : client) })
        }
        #expect(balancer.helperRuns == 1)
    }

    @Test func `what was written is what is read back`() throws {
        let topology = try Topology(backends: 1)
        let balancer = try topology.makeBalancer(
            FarmDocument(), FarmDocument(isIPv6: true) { $0.name = "six" },
            FarmDocument {
                $0.name = "any"; $0.address = nil; $0.ports = "[9000]"; $0.scheduler = "weight"
            },
            FarmDocument {
                $0.name = "own"; $0.ports = "[81, \"90-93\"]"; $0.more = #""intra-connect": true, "#
            })
        try topology.balancer.inside {
            for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
            let objects = try balancer.objects()
            #expect(objects.present == objects.wanted)
        }
    }

    @Test func `weights are exact over a rotation`() throws {
        let topology = try Topology()
        _ = try topology.makeBalancer(
            FarmDocument { $0.backends = [#""weight": 3"#, #""weight": 2"#, #""weight": 1"#] })
        let spread = try topology.spread(.tcp, Endpoint("192.0.2.1", 80), count: 120)
        #expect(abs((spread["b1"] ?? 0) - 60) <= 2 && abs((spread["b2"] ?? 0) - 40) <= 2)
    }

    @Test func `drawing lots keeps the weights within chance`() throws {
        let topology = try Topology()
        _ = try topology.makeBalancer(
            FarmDocument {
                $0.scheduler = "weight"
                $0.backends = [#""weight": 3"#, #""weight": 2"#, #""weight": 1"#]
            })
        let count = 600
        let seen = try topology.spread(.tcp, Endpoint("192.0.2.1", 80), count: count)
        let square = zip(["b1", "b2", "b3"], [3, 2, 1]).reduce(0.0) { sum, backend in
            let expected = Double(count * backend.1) / 6
            let difference = Double(seen[backend.0] ?? 0) - expected
            return sum + difference * difference / expected
        }
        // Two degrees of freedom: above 18.4 once in 10,000 runs.
        #expect(square < 18.4, "\(seen)")
    }

    @Test func `a hash of the source address stays, one of the port spreads`() throws {
        let topology = try Topology()
        _ = try topology.makeBalancer(
            FarmDocument {
                $0.scheduler = "hash"; $0.more = #""sched-param": ["srcip"], "#
            },
            FarmDocument {
                $0.name = "ports"
                $0.ports = "[8080]"
                $0.scheduler = "hash"
                $0.more = #""sched-param": ["srcip", "srcport"], "#
            })
        #expect(try topology.spread(.tcp, Endpoint("192.0.2.1", 80), count: 20).count == 1)
        #expect(try topology.spread(.tcp, Endpoint("192.0.2.1", 8080), count: 60).count == 3)
    }

    @Test func `source addresses of farm and backend`() throws {
        let topology = try Topology(backends: 2)
        try topology.balancer.inside {
            _ = try Command.succeed(["ip", "addr", "add", "10.9.200.1/32", "dev", "lo"])
            _ = try Command.succeed(["ip", "addr", "add", "10.9.200.2/32", "dev", "lo"])
        }
        _ = try topology.makeBalancer(
            FarmDocument {
                $0.more = #""source-addr": "10.9.200.1", "#
                $0.backends = ["", #""source-addr": "10.9.200.2""#]
            })
        for _ in 0..<4 {
            let answer = try topology.ask(.tcp, Endpoint("192.0.2.1", 80))
            #expect(answer.peer.address == (answer.backend == "b1" ? "10.9.200.1" : "10.9.200.2"))
        }
    }

    @Test(arguments: [false, true])
    func `any address is the balancer's own, not what it forwards`(_ isIPv6: Bool) throws {
        let topology = try Topology(backends: 2)
        _ = try topology.makeBalancer(
            FarmDocument(isIPv6: isIPv6) {
                $0.address = nil
                $0.ports = "[80]"
                $0.backends = ["", nil]
            })
        let own = isIPv6 ? Topology.balancerAddress6 : Topology.balancerAddress
        #expect(try topology.spread(.tcp, Endpoint(own, 80), count: 4) == ["b1": 4])
        let other = topology.backends[1]
        let forwarded = try topology.ask(.tcp, Endpoint(isIPv6 ? other.address6 : other.address, 80))
        #expect(forwarded.backend == "b2")
    }

    @Test(arguments: [false, true])
    func `clients on the balancer itself`(_ isIPv6: Bool) throws {
        let topology = try Topology(backends: 2)
        let farm = FarmDocument(isIPv6: isIPv6) {
            $0.more = #""intra-connect": true, "#
            $0.backends = ["", ""]
        }
        _ = try topology.makeBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        // A local client needs a route to the address before any rule sees its packet.
        try topology.balancer.inside {
            _ = try Command.succeed(["ip", "addr", "add", service.address, "dev", "lo"])
        }
        let answers = try topology.balancer.inside { try (0..<4).map { _ in try Conversation(.tcp, service).ask() } }
        #expect(Set(answers.map(\.backend)) == ["b1", "b2"])
        #expect(try topology.spread(.tcp, service, count: 4) == ["b1": 2, "b2": 2])
    }
}

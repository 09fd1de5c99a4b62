// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// What stands between the IP header and the transport's, and what comes in parts, is balanced like everything else.
@Suite("Extension headers and fragments are no bypass", .requiresKernel, .serialized)
struct HeaderTests {
    /// Ports of one address: an exact one, one of a range, one of all ports, and the other protocol.
    static let ports: [(port: UInt16, udp: Bool, backend: String)] = [
        (5000, true, "b1"), (5100, true, "b2"), (20000, true, "b3"), (5000, false, "b4"),
    ]

    static func lab() throws -> (Lab, Daemon) {
        let lab = try Lab(backends: 4, ports: ServiceTests.ports)
        let daemon = try Daemon(on: lab)
        for ipv6 in [false, true] {
            try daemon.apply(
                farms: ServiceTests.classes(ipv6, "udp").map { farm in
                    farm.merging(["name": "\(farm["name"] ?? "")\(ipv6)"]) { $1 }
                })
        }
        return (lab, daemon)
    }

    @Test(
        "Connections and datagrams whose every packet has options (defect 8.7.4)",
        arguments: [[.ipv4Options], [.hopByHop], [.destination], [.hopByHop, .destination]] as [[SocketHeader]])
    func options(headers: [SocketHeader]) throws {
        let (lab, daemon) = try Self.lab()
        let ipv6 = headers != [.ipv4Options]
        for (port, udp, backend) in Self.ports {
            let service = Endpoint(ServiceTests.address(ipv6), port)
            let held = try lab.client.inside {
                try Held(Conversation(udp ? .udp : .tcp, service, headers: headers))
            }
            #expect(held.answer.backend == backend, "\(headers) \(service) \(udp)")
            for _ in 0..<3 { held.expectAlive() }
        }
        #expect(daemon.isRunning)
    }

    static let chains: [[ExtensionHeader]] = [
        [.hopByHop], [.destination], [.fragment(offset: 0, hasMore: false)],
        [.fragment(offset: 0, hasMore: true)], [.hopByHop, .fragment(offset: 0, hasMore: true)],
        [.destination, .fragment(offset: 0, hasMore: false), .destination],
        [.hopByHop, .destination, .fragment(offset: 0, hasMore: true)],
    ]

    @Test("Raw datagrams with chains of extension headers, whole and in fragments; each is counted")
    func chains() throws {
        let (lab, daemon) = try Self.lab()
        for chain in Self.chains {
            for (port, udp, backend) in Self.ports where udp {
                let service = Endpoint(ServiceTests.address(true), port)
                let conversation = try lab.topology.converse(.udp, service)
                for _ in 0..<2 {
                    let answer = try lab.client.inside { try conversation.ask(raw: chain) }
                    #expect(answer.backend == backend, "\(chain) \(service)")
                }
            }
        }
        let sums = { (set: String) in try lab.counters(true, set).map(\.packets).reduce(0, +) }
        let flows = 3 * Self.chains.count
        #expect(try sums("newconns") == flows)
        // The second question of each flow, and two answers.
        #expect(try sums("traffic") == 3 * flows)
        #expect(daemon.isRunning)
    }

    @Test("Hash and persistence see the ports behind the headers")
    func fields() throws {
        let lab = try Lab(backends: 3)
        let daemon = try Daemon(on: lab)
        let (hash, sticky) = (TrafficTests.service(true), TrafficTests.service(true, 2))
        let backends = Declared.backends(ipv6: true)
        try daemon.apply(farms: [
            Declared.farm(
                "hash", at: hash, over: "udp", scheduler: "hash", backends: backends,
                ["sched-param": ["srcip", "srcport", "dstport"]]),
            Declared.farm(
                "sticky", at: sticky, over: "udp", backends: backends, ["persistence": ["srcip", "srcport"]]),
        ])
        for port: UInt16 in 5001...5012 {
            for service in [hash, sticky] {
                var answers: Set<String> = []
                for chain in [[]] + Self.chains {
                    try lab.balancer.check("conntrack", "-F")
                    let conversation = try lab.topology.converse(.udp, service, from: Endpoint("fd09:1::2", port))
                    answers.insert(try lab.client.inside { try conversation.ask(raw: chain).backend })
                }
                #expect(answers.count == 1, "\(service) from \(port)")
            }
        }
    }

    @Test("Datagrams in fragments, both families (defect 8.7.1)", arguments: [false, true])
    func fragments(ipv6: Bool) throws {
        let (lab, daemon) = try Self.lab()
        for (port, udp, backend) in Self.ports where udp {
            let conversation = try lab.topology.converse(.udp, Endpoint(ServiceTests.address(ipv6), port))
            for padding in [10, 4000, 20_000] {
                #expect(try conversation.ask(padding: padding).backend == backend)
            }
        }
        #expect(daemon.isRunning)
    }
}

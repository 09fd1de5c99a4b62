// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Direct server return", .enabled(if: NetworkNamespace.isAvailable))
struct DirectReturnTests {
    static let schedulers = ["rr", "weight", "hash", "symhash", "maglev"]
    static let kinds: [(scheduler: String, isIPv6: Bool, transport: Transport)] = schedulers.flatMap { scheduler in
        [false, true].flatMap { isIPv6 in Transport.allCases.map { (scheduler, isIPv6, $0) } }
    }

    /// A farm on the usual address whose hash looks at ports, too: the tests have one client.
    static func farm(_ scheduler: String, isIPv6: Bool = false, _ transport: Transport = .tcp) -> FarmDocument {
        FarmDocument(isIPv6: isIPv6) {
            $0.mode = "dsr"
            $0.scheduler = scheduler
            $0.transport = transport.rawValue
            if scheduler == "hash" || scheduler == "maglev" { $0.more = #""sched-param": ["srcip", "srcport"], "# }
        }
    }

    /// The addresses that every backend has, too.
    static let addresses = ["192.0.2.1", "2001:db8::1"]

    @Test("Every scheduler, family and transport: each flow has one backend (defect 8.7.1)", arguments: kinds)
    func schedulers(
        _ scheduler: String, _ isIPv6: Bool, _ transport: Transport
    ) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(Self.addresses)
        defer { for server in servers { server.shutDown() } }
        let farm = Self.farm(scheduler, isIPv6: isIPv6, transport)
        _ = try topology.makeIngressBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        var seen: [String: Int] = [:]
        for _ in 0..<60 {
            let conversation = try topology.converse(transport, service)
            let answers = try (0..<4).map { _ in try conversation.ask() }
            #expect(Set(answers.map(\.backend)).count == 1)
            // What the backend sees is the client, at the port that it asked for.
            let client = isIPv6 ? Topology.clientAddress6 : Topology.clientAddress
            #expect(answers.allSatisfy { $0.peer.address == client && $0.port == 80 })
            seen[answers[0].backend, default: 0] += 1
        }
        #expect(seen.count == 3)
        if scheduler == "rr" { #expect(seen.values.allSatisfy { $0 == 20 }, "\(seen)") }
    }

    @Test func `what was written is what is read back`() throws {
        let topology = try Topology()
        let balancer = try topology.makeIngressBalancer(
            Self.farm("rr"),
            FarmDocument(isIPv6: true) {
                $0.name = "six"; $0.mode = "dsr"; $0.scheduler = "hash"; $0.ports = "[]"
            },
            FarmDocument {
                $0.name = "back"; $0.mode = "stlsdnat"; $0.ports = #"[81, "1000-3000"]"#
                $0.backends = [#""port": 8080"#, "", nil]
            })
        try topology.balancer.inside {
            for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
            let objects = try balancer.objects()
            #expect(objects.present == objects.wanted)
        }
    }
}

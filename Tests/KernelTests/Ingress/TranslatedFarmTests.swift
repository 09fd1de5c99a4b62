// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Stateless translation of several addresses", .enabled(if: NetworkNamespace.isAvailable))
struct TranslatedFarmTests {
    /// Addresses, ports and transports of one farm, as its document has them.
    private static let addresses = """
        "addresses": [
          {"name": "a", "ip-addr": "192.0.2.1", "ports": [80, 81]},
          {"name": "b", "ip-addr": "192.0.2.2", "ports": [80, "1000-1005"]},
          {"name": "c", "ip-addr": "192.0.2.1", "ports": [80], "protocol": "udp"},
          {"name": "d", "family": "ipv6", "ip-addr": "2001:db8::1", "ports": [80]},
          {"name": "e", "family": "ipv6", "ip-addr": "2001:db8::2", "ports": [80, 53], "protocol": "udp"}]
        """
    private static let services: [(transport: Transport, service: Endpoint)] = [
        (.tcp, Endpoint("192.0.2.1", 80)), (.tcp, Endpoint("192.0.2.1", 81)), (.tcp, Endpoint("192.0.2.2", 80)),
        (.tcp, Endpoint("192.0.2.2", 1003)), (.udp, Endpoint("192.0.2.1", 80)), (.tcp, Endpoint("2001:db8::1", 80)),
        (.udp, Endpoint("2001:db8::2", 80)), (.udp, Endpoint("2001:db8::2", 53)),
    ]

    private static func document(_ topology: Topology) -> String {
        let backends = topology.backends.flatMap { backend in
            [("4", backend.address), ("6", backend.address6)].map { digit, address in
                #"{"name": "\#(backend.name)-\#(digit)", "ip-addr": "\#(address)", "port": 8080}"#
            }
        }
        return #"""
            {"farms": [{"name": "web", "mode": "stlsdnat", \#(addresses),
                        "backends": [\#(backends.joined(separator: ", "))]}]}
            """#
    }

    @Test("Several addresses, ports and interfaces: each answers as what was asked, at the same time (defect 8.4.1)")
    func answers() throws {
        let topology = try Topology()
        let balancer = try topology.balancer.inside { try TestBalancer() }
        balancer.facts = try topology.facts()
        try topology.balancer.inside { try balancer.apply(Self.document(topology)) }
        // A socket that is connected hears from nobody else, so who answers is who was asked.
        let conversations = try (0..<6).flatMap { _ in
            try Self.services.map { try topology.converse($0.transport, $0.service) }
        }
        for _ in 0..<3 {
            for conversation in conversations { #expect(try conversation.ask().port == 8080) }
        }
    }

    @Test func `a client's port may ask for another service at once`() throws {
        let topology = try Topology(backends: 1)
        var first = DirectReturnTests.farm("rr")
        first.mode = "stlsdnat"
        first.backends = [#""port": 8080"#]
        var second = first
        second.name = "second"
        second.address = "192.0.2.2"
        _ = try topology.makeIngressBalancer(first, second)
        // To the backend both are one client at one port: the answer must come from the address that was asked last.
        let source = Endpoint(Topology.clientAddress, 40_000)
        for _ in 0..<3 {
            for address in ["192.0.2.1", "192.0.2.2"] {
                let conversation = try topology.converse(.tcp, Endpoint(address, 80), from: source)
                #expect(try conversation.ask().peer == source)
                conversation.reset()
            }
        }
    }

    /// 200 kB each way, over the card's checksum offload, two interfaces.
    @Test(arguments: [false, true], ["dsr", "stlsdnat"])
    func `much goes both ways`(_ isIPv6: Bool, _ mode: String) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        var farm = DirectReturnTests.farm("rr", isIPv6: isIPv6)
        farm.mode = mode
        _ = try topology.makeIngressBalancer(farm)
        for _ in 0..<3 {
            let conversation = try topology.converse(.tcp, Endpoint(farm.address ?? "", 80))
            // Every line is answered with one of some twenty bytes: more than 200 kB there, and as much back.
            #expect(try conversation.exchange(lines: 12_000, padding: 17) >= 200_000)
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Fragments and errors at ingress", .enabled(if: NetworkNamespace.isAvailable))
struct FragmentTests {
    @Test("Datagrams in fragments, there and back (defect 8.7.1)", arguments: IngressPolicyTests.kinds)
    func fragments(_ mode: String, _ isIPv6: Bool) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        var farm = DirectReturnTests.farm("rr", isIPv6: isIPv6, .udp)
        farm.mode = mode
        farm.backends = [#""port": 8080"#, #""port": 8080"#, #""port": 8080"#]
        _ = try topology.makeIngressBalancer(farm)
        for _ in 0..<6 {
            let conversation = try topology.converse(.udp, Endpoint(farm.address ?? "", 80))
            let first = try conversation.ask()
            #expect(first.port == (mode == "dsr" ? 80 : 8080))
            // Three fragments, and an answer as long.
            for _ in 0..<3 { #expect(try conversation.ask(padding: 4000) == first) }
        }
    }

    /// Behind the client's host, now a router, is one whose link takes packets of 1280 bytes only. Answers of backends come from
    /// the service's address, and so what the router says about them comes to the balancer.
    @Test(arguments: [false, true])
    func `a backend of direct return hears of the path's MTU`(_ isIPv6: Bool) throws {
        let topology = try Topology(backends: 2)
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let far = try NetworkNamespace()
        try topology.client.inside {
            try NetworkNamespace.sysctl("net.ipv4.ip_forward", "1")
            try NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "1")
            for words in [
                "link add far mtu 1280 type veth peer name eth0 netns \(far.path)", "addr add 10.9.2.1/24 dev far",
                "addr add fd09:2::1/64 dev far nodad", "link set far up",
                // A router that is one says nothing of its own any more about where to go.
                "-6 route replace default via fd09:1::1 dev eth0",
            ] { try Self.ip(words) }
        }
        try far.inside {
            for words in [
                "link set eth0 mtu 1500", "addr add 10.9.2.2/24 dev eth0", "addr add fd09:2::2/64 dev eth0 nodad",
                "link set eth0 up", "route add default via 10.9.2.1", "-6 route add default via fd09:2::1",
            ] { try Self.ip(words) }
        }
        try topology.balancer.inside {
            try Self.ip("route add 10.9.2.0/24 via 10.9.1.2")
            try Self.ip("-6 route add fd09:2::/64 via fd09:1::2")
        }
        let farm = DirectReturnTests.farm("rr", isIPv6: isIPv6)
        _ = try topology.makeIngressBalancer(farm)
        for _ in 0..<2 {
            let conversation = try far.inside { try Conversation(.tcp, Endpoint(farm.address ?? "", 80)) }
            #expect(try conversation.exchange(lines: 12_000, padding: 17) >= 200_000)
        }
        for backend in topology.backends {
            let route = try backend.namespace.inside {
                try Command.succeed(["ip", "route", "get", isIPv6 ? "fd09:2::2" : "10.9.2.2"])
            }
            #expect(route.contains("mtu 1280"), "\(backend.name): \(route)")
        }
    }

    @Test func `frames for other hosts are left alone`() throws {
        let topology = try Topology(backends: 1)
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        _ = try topology.makeIngressBalancer(DirectReturnTests.farm("rr"))
        let service = Endpoint("192.0.2.1", 80)
        #expect(try topology.ask(.tcp, service).backend == "b1")
        // A card that takes everything sees them, too.
        try topology.balancer.inside { try Self.ip("link set client promisc on") }
        try topology.client.inside {
            try Self.ip("neigh replace 10.9.1.1 lladdr 02:00:00:00:00:99 nud permanent dev eth0")
        }
        #expect(throws: ConversationFailure.self) { try topology.ask(.tcp, service, timeLimit: 300) }
    }

    private static func ip(_ words: String) throws {
        _ = try Command.succeed(["ip"] + words.split(separator: " ").map(String.init))
    }
}

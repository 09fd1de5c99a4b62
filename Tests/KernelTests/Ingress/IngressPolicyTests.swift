// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Policies of farms at ingress", .enabled(if: NetworkNamespace.isAvailable))
struct IngressPolicyTests {
    static let kinds: [(mode: String, isIPv6: Bool)] = ["dsr", "stlsdnat"].flatMap { mode in
        [false, true].map { (mode, $0) }
    }

    private static func document(
        _ mode: String, _ isIPv6: Bool, _ policies: [(name: String, type: String, elements: [String])]
    )
        -> String
    {
        var farm = DirectReturnTests.farm("rr", isIPv6: isIPv6, .udp)
        farm.mode = mode
        let names = policies.map { "{\"name\": \"\($0.name)\"}" }.joined(separator: ", ")
        farm.more = "\"policies\": [\(names)], "
        let lists = policies.map { policy in
            let elements = policy.elements.map { "{\"data\": \"\($0)\"}" }.joined(separator: ", ")
            return """
                {"name": "\(policy.name)", "type": "\(policy.type)", "family": "\(isIPv6 ? "ipv6" : "ipv4")",
                 "elements": [\(elements)]}
                """
        }
        return "{\"farms\": [\(farm.text)], \"policies\": [\(lists.joined(separator: ", "))]}"
    }

    @Test(arguments: kinds)
    func `lists refuse and let in, and change under a flow that runs`(_ mode: String, _ isIPv6: Bool) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let balancer = try topology.balancer.inside { try TestBalancer() }
        balancer.facts = try topology.facts()
        let client = isIPv6 ? Topology.clientAddress6 : Topology.clientAddress
        let network = isIPv6 ? "fd09:1::/64" : "10.9.1.0/24"
        let service = Endpoint(isIPv6 ? "2001:db8::1" : "192.0.2.1", 80)
        func apply(_ policies: [(name: String, type: String, elements: [String])]) throws {
            try topology.balancer.inside { try balancer.apply(Self.document(mode, isIPv6, policies)) }
        }
        func isServed() -> Bool { (try? topology.converse(.udp, service, timeLimit: 300).ask()) != nil }
        try apply([])
        #expect(isServed())
        let held = try topology.converse(.udp, service, timeLimit: 300)
        _ = try held.ask()
        try apply([("bad", "blacklist", [network])])
        #expect(!isServed())
        #expect(throws: ConversationFailure.self) { try held.ask() }
        try apply([("good", "whitelist", [client]), ("bad", "blacklist", [network])])
        #expect(isServed())
        try apply([("good", "whitelist", []), ("bad", "blacklist", [client])])
        #expect(!isServed())
        try apply([("good", "whitelist", []), ("bad", "blacklist", [])])
        #expect(isServed())
        #expect(try held.ask().port == 80)
        try topology.balancer.inside {
            for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
        }
    }
}

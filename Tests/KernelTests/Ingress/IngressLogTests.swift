// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

@Suite("Logs of farms at ingress", .enabled(if: NetworkNamespace.isAvailable))
struct IngressLogTests {
    /// How often lines with these beginnings were written.
    private static func lines(_ topology: Topology) throws -> [String: Int] {
        let listing = try topology.balancer.inside { try Command.succeed(["nft", "list", "table", "netdev", "nftlb"]) }
        return listing.split(separator: "\n").reduce(into: [:]) { lines, line in
            let words = line.split(separator: " ").map(String.init)
            guard let prefix = words.firstIndex(of: "prefix"), let packets = words.firstIndex(of: "packets") else {
                return
            }
            lines[words[prefix + 1].replacing("\"", with: ""), default: 0] += Int(words[packets + 1]) ?? 0
        }
    }

    @Test(
        "Packets leave a line where they come in, and one where they go out, as is asked for",
        arguments: IngressPolicyTests.kinds)
    func places(mode: String, isIPv6: Bool) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let balancer = try topology.makeIngressBalancer()
        let service = Endpoint(isIPv6 ? "2001:db8::1" : "192.0.2.1", 80)
        func count(_ places: String) throws -> [String: Int] {
            var farm = DirectReturnTests.farm("rr", isIPv6: isIPv6, .udp)
            farm.mode = mode
            farm.more = #""log": [\#(places)], "log-prefix": "TYPE-FNAME ", "#
            try topology.balancer.inside { try balancer.apply("{\"farms\": [\(farm.text)]}") }
            let before = try Self.lines(topology)
            let conversation = try topology.converse(.udp, service)
            for _ in 0..<3 { _ = try conversation.ask() }
            return try Self.lines(topology).reduce(into: [:]) { $0[$1.key] = $1.value - (before[$1.key] ?? 0) }
        }
        let name = DirectReturnTests.farm("rr", isIPv6: isIPv6, .udp).name
        let both = try count(#""input", "output""#)
        #expect(Set(both.keys) == ["IN-\(name)", "OUT-\(name)"] && Set(both.values).count == 1)
        #expect(both.values.allSatisfy { $0 > 0 })
        #expect(try count(#""output""#).filter { $0.value > 0 }.keys.sorted() == ["OUT-\(name)"])
        #expect(try count(#""input", "forward""#).filter { $0.value > 0 }.keys.sorted() == ["IN-\(name)"])
        #expect(try count("").allSatisfy { $0.value == 0 })
        try topology.balancer.inside {
            for (wanted, present) in try balancer.elements() { #expect(present == wanted) }
        }
    }
}

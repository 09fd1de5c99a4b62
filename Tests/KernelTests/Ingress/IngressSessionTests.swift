// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("Clients are known again at ingress", .enabled(if: NetworkNamespace.isAvailable))
struct IngressSessionTests {
    static let kinds: [(mode: String, isIPv6: Bool, fields: String)] = ["dsr", "stlsdnat"].flatMap { mode in
        [false, true].flatMap { isIPv6 in
            ["srcip", "srcip srcmac", "srcip dstip dstport srcmac dstmac"].map { (mode, isIPv6, $0) }
        }
    }

    private static func farm(_ mode: String, isIPv6: Bool, _ fields: String) -> FarmDocument {
        var farm = DirectReturnTests.farm("rr", isIPv6: isIPv6)
        farm.mode = mode
        let words = fields.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
        farm.more = "\"persistence\": [\(words)], "
        return farm
    }

    @Test(arguments: kinds)
    func `a client stays, moves when its backend goes, and is told by the configuration`(
        _ mode: String, _ isIPv6: Bool, _ fields: String
    ) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        var farm = Self.farm(mode, isIPv6: isIPv6, fields)
        let balancer = try topology.makeIngressBalancer(farm)
        let service = Endpoint(farm.address ?? "", 80)
        let first = try #require(try topology.spread(.tcp, service, count: 12).onlyElement)
        #expect(first.value == 12)
        // What was learnt can be read, with the client in full.
        let family: TableFamily = isIPv6 ? .ip6 : .ip
        let reading = SessionReading(
            fields: SessionFields(fields.split(separator: " ").compactMap { PacketField(rawValue: String($0)) }),
            family: family, isAtIngress: true)
        let read = try topology.balancer.inside {
            try reading.forms.map { try balancer.kernel.dump($0, as: TimedElements.self) }
        }
        let sessions = reading.sessions(read, of: [1])
        #expect(sessions.count == 1)
        let client = isIPv6 ? Topology.clientAddress6 : Topology.clientAddress
        #expect(sessions.first?.client?.first == .address(try IPAddress(client)))
        // Drained it keeps the client that it knows; down it does not.
        let index = try #require(Int(first.key.dropFirst())) - 1
        farm.backends[index] = #""state": "off""#
        try topology.change(balancer, farm)
        #expect(try topology.spread(.tcp, service, count: 6) == [first.key: 6])
        farm.backends[index] = #""state": "down""#
        try topology.change(balancer, farm)
        let second = try #require(try topology.spread(.tcp, service, count: 12).onlyElement)
        #expect(second.key != first.key && second.value == 12)
        // The configuration has the last word.
        let third = try #require(["b1", "b2", "b3"].first { $0 != first.key && $0 != second.key })
        guard fields == "srcip" else { return }
        farm.more += #""sessions": [{"client": "\#(client)", "backend": "\#(third)"}], "#
        try topology.change(balancer, farm)
        #expect(try topology.spread(.tcp, service, count: 6) == [third: 6])
    }
}

extension Dictionary {
    fileprivate var onlyElement: Element? { count == 1 ? first : nil }
}

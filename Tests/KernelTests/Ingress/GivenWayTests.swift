// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("Interfaces and hardware addresses that the user gives", .enabled(if: NetworkNamespace.isAvailable))
struct GivenWayTests {
    private static func elements(_ balancer: TestBalancer, _ map: String) throws -> Set<[UInt8]> {
        let reference = SetReference(family: .netdev, name: map)
        return try balancer.everything().first { $0.key == reference }?.value ?? []
    }

    @Test("A backend's ether-addr is used as it is, whatever the neighbour says", arguments: ["dsr", "stlsdnat"])
    func backend(_ mode: String) throws {
        let topology = try Topology(backends: 2)
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        var farm = DirectReturnTests.farm("rr")
        farm.mode = mode
        farm.backends = ["", ""]
        let balancer = try topology.makeIngressBalancer(farm)
        let second = try IPAddress(topology.backends[1].address)
        guard case .open(let hop) = balancer.facts.ways[second] else { return }
        balancer.facts.ways[second] = .failed(hop.interface)
        farm.backends = ["", "\"ether-addr\": \"\(hop.destination)\""]
        try topology.change(balancer, farm)
        #expect(try topology.spread(.tcp, Endpoint("192.0.2.1", 80), count: 10) == ["b1": 5, "b2": 5])
    }

    @Test("The longest responsettl is one that the kernel's tools take")
    func longestLifetime() throws {
        let topology = try Topology(backends: 2)
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        var farm = DirectReturnTests.farm("rr")
        farm.mode = "stlsdnat"
        farm.backends = ["", ""]
        farm.more = #""responsettl": 2147483647, "#
        _ = try topology.makeIngressBalancer(farm)
        #expect(try topology.spread(.tcp, Endpoint("192.0.2.1", 80), count: 10) == ["b1": 5, "b2": 5])
    }

    @Test("iface says where packets come in, oface and ether-addr what frames say")
    func farm() throws {
        let topology = try Topology(backends: 2)
        var farm = DirectReturnTests.farm("rr")
        farm.mode = "stlsdnat"
        farm.backends = ["", ""]
        farm.more = #""oface": "b2", "ether-addr": "02:00:00:00:00:42", "#
        let balancer = try topology.makeIngressBalancer(farm)
        // b1 is behind another interface: nothing says its hardware address at b2.
        let frames = try topology.balancer.inside { try Self.elements(balancer, "macs") }
        #expect(frames.count == 1)
        #expect(frames.allSatisfy { $0.suffix(6) == [2, 0, 0, 0, 0, 0x42] })
        // Answers to clients come from it, too, at whichever interface.
        let answers = try topology.balancer.inside { try Self.elements(balancer, "vip-mac") }
        #expect(!answers.isEmpty && answers.allSatisfy { $0.suffix(6) == [2, 0, 0, 0, 0, 0x42] })
        func chains() throws -> [String] {
            try topology.balancer.inside { try balancer.objects() }.present.filter { $0.contains("chain ingress-") }
        }
        #expect(try chains().count == 3)
        let named = try topology.makeIngressBalancer(at: "client", FarmDocument { $0.mode = "dsr" })
        _ = named
        #expect(try chains() == ["netdev chain ingress-client"])
    }
}

extension Topology {
    /// A balancer that takes the place of another one, with farms that name an interface.
    fileprivate func makeIngressBalancer(at interface: String, _ farm: FarmDocument) throws -> TestBalancer {
        try balancer.inside { _ = try Command.succeed(["nft", "delete", "table", "netdev", "nftlb"]) }
        var text = farm.text
        text = text.replacing("\"ports\":", with: "\"iface\": \"\(interface)\", \"ports\":")
        let result = try balancer.inside { try TestBalancer() }
        result.facts = try facts()
        try balancer.inside { try result.apply("{\"farms\": [\(text)]}") }
        return result
    }
}

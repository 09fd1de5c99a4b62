// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Foundation
import JSON
import Namespaces
import Nftables
import NftablesKernel
import Testing

@Suite("Chains of a cluster", .enabled(if: NetworkNamespace.isAvailable))
struct ClusterChainTests {
    private static func document(_ more: String = "", state: String = "up") -> String {
        """
        {"clusters": [{"name": "edge", "node": "a", \(more)
            "nodes": [{"name": "a", "state": "\(state)"}, {"name": "b"}],
            "addresses": [{"ip-addr": "192.0.2.1"}, {"ip-addr": "2001:db8::1"}]}]}
        """
    }

    private static func elements(_ balancer: TestBalancer, _ set: ElementForm) throws -> Set<[UInt8]> {
        let list = try balancer.kernel.dump(set)
        return Set((0..<list.count).map { Array(list.key(at: $0)) })
    }

    private static func bases(_ topology: Topology, _ balancer: TestBalancer) throws -> [String] {
        let present = try topology.balancer.inside { try balancer.objects() }.present
        return present.filter { $0.contains("chain cluster-") }.sorted()
    }

    @Test("Base chains stand where packets come in: at the address's interface, at the one that is given, or at all")
    func interfaces() throws {
        let topology = try Topology(backends: 1)
        let balancer = try topology.makeIngressBalancer()
        #expect(try Self.bases(topology, balancer) == [])
        try topology.balancer.inside { try balancer.apply(Self.document(#""iface": "client","#)) }
        #expect(try Self.bases(topology, balancer) == ["netdev chain cluster-client"])
        let (wanted, present) = try topology.balancer.inside { try balancer.objects() }
        #expect(present == wanted)

        // Nobody has the addresses: routers may send what is for them to any.
        let other = try topology.balancer.inside {
            _ = try Command.succeed(["nft", "delete", "table", "netdev", "nftlb"])
            return try TestBalancer()
        }
        other.facts = try topology.facts()
        try topology.balancer.inside { try other.apply(Self.document()) }
        #expect(try Self.bases(topology, other) == ["netdev chain cluster-b1", "netdev chain cluster-client"])
        var facts = other.facts
        for address in ["192.0.2.1", "2001:db8::1"] {
            facts.ownAddresses[try IPAddress(address)] = try InterfaceName("client")
        }
        let configuration = try Configuration(json: .init(parsing: Array(Self.document().utf8)))
        #expect(compile(try #require(configuration.cluster), facts: facts).interfaces.map(\.text) == ["client"])
    }

    @Test("The rules are those of the layout: nodes of one cluster must agree on them")
    func layout() throws {
        let topology = try Topology(backends: 1)
        let balancer = try topology.makeIngressBalancer()
        try topology.balancer.inside { try balancer.apply(Self.document(#""iface": "client","#)) }
        let text = try topology.balancer.inside { try Command.succeed(["nft", "list", "table", "netdev", "nftlb"]) }
        let rules = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        for rule in [
            "type filter hook ingress device \"client\" priority filter; policy accept;",
            "ip daddr != @cluster-vips4 return", "ip6 daddr != @cluster-vips6 return",
            "jhash ip saddr mod 1024 seed 0x5eed0002 @owned goto clustered-own",
            "jhash ip6 saddr mod 1024 seed 0x5eed0002 @owned goto clustered-own",
            "jhash @th,192,32 mod 1024 seed 0x5eed0002 @owned goto clustered-own",
            "jhash @th,256,128 mod 1024 seed 0x5eed0002 @owned goto clustered-own",
            "icmpv6 type nd-neighbor-advert return", "meta pkttype multicast meta pkttype set host",
        ] { #expect(rules.contains(rule), "\(rule)") }
    }

    @Test("A client's slot is what the kernel makes of its address")
    func slots() throws {
        let topology = try Topology(backends: 1)
        let balancer = try topology.makeIngressBalancer()
        // This node is down: all clients are others', and counted at their slots.
        try topology.balancer.inside { try balancer.apply(Self.document(state: "down")) }
        let clients = (10..<60).flatMap { ["10.9.1.\($0)", "fd09:1::\($0)"] }
        try topology.client.inside {
            for client in clients {
                let length = client.contains(":") ? "64" : "24"
                let words = ["ip", "address", "add", "\(client)/\(length)", "dev", "eth0"]
                _ = try Command.succeed(words + (client.contains(":") ? ["nodad"] : []))
            }
        }
        let foreign = try topology.balancer.inside { () -> ElementForm in
            let set = try #require(balancer.foreignPackets)
            #expect(try Self.elements(balancer, set).isEmpty)
            return set
        }
        for client in clients {
            let service = Endpoint(client.contains(":") ? "2001:db8::1" : "192.0.2.1", 80)
            #expect(throws: ConversationFailure.self) {
                _ = try topology.converse(.udp, service, from: Endpoint(client, 0), timeLimit: 1).ask()
            }
        }
        let expected = try Set(clients.map { try NodeSpread.slot(of: IPAddress($0)) })
        #expect(expected.count > 50)
        let found = try topology.balancer.inside { try Self.elements(balancer, foreign) }
        #expect(Set(found.map { ElementBytes.number($0) }) == expected)
    }

    @Test("A change of a node's state is elements of owned and nothing else, in one transaction")
    func elements() throws {
        try NetworkNamespace.with {
            let balancer = try TestBalancer()
            try balancer.apply(Self.document())
            let runs = balancer.helperRuns
            let before = try balancer.everything()
            try balancer.apply(Self.document(state: "down"))
            #expect(balancer.helperRuns == runs)
            #expect(Set(balancer.lastTransaction.steps.map(\.list.set.name)) == ["owned"])
            let owned = SetReference(family: .netdev, name: "owned")
            #expect(try balancer.everything()[owned] == nil)
            try balancer.apply(Self.document())
            #expect(try balancer.everything() == before)
            #expect(try (400...624).contains(#require(before[owned]).count))
        }
    }
}

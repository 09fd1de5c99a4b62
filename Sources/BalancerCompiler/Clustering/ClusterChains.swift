// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// The chains and sets of a cluster in `netdev nftlb` (ruleset.md 3.6): before everything else packets to its addresses that
/// belong to other nodes' clients are dropped.
///
/// The client alone decides, not its port: so its fragments, its errors and all its connections come to one node, and so do
/// its sessions.
enum ClusterChains {
    /// Of the hash over the client's address; not that of the farms' hashes, else a node's clients would not reach all
    /// backends.
    static let seed: UInt32 = 0x5eed_0002

    static let owned = SetDeclaration(
        "owned", key: .expressions([.generated(.increasing, modulus: NodeSpread.slots)]), size: Int(NodeSpread.slots))
    /// Packets of other nodes' clients by slot, made by traffic.
    static let foreign = SetDeclaration(
        "cluster-foreign", key: .expressions([.generated(.increasing, modulus: NodeSpread.slots)]), isDynamic: true,
        size: Int(NodeSpread.slots))

    static func addresses(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "cluster-vips\(family.digit)", key: .expressions([.field(TableFamily(family).destination)]),
            size: Configuration.maximumSharedAddresses)
    }

    static let filled = AddressFamily.allCases.map(addresses) + [owned]
    static let sets = filled + [foreign]

    static func baseName(_ interface: InterfaceName) -> String { "cluster-" + interface.text }
    private static let mine = "clustered-own"

    static func all(_ interfaces: Set<InterfaceName>) -> [Chain] {
        AddressFamily.allCases.flatMap { [entry($0), errors($0)] } + [own] + interfaces.map(base)
    }

    /// The base chain of an interface: as that of farms at ingress, and before it.
    private static func base(_ interface: InterfaceName) -> Chain {
        let isOfOthers = Statement.match(.meta(.packetType), .matches, .constant(.otherHost))
        let entries = AddressFamily.allCases.map { family in
            Rule(
                .match(.field(.etherType), .matches, .constant(.packets(TableFamily(family)))),
                .verdict(.goto("clustered\(family.digit)")))
        }
        return Chain(
            baseName(interface),
            base: BaseChain(kind: .filter, hook: .ingress, priority: 0, device: interface.text),
            rules: [Rule(isOfOthers, .verdict(.return))] + entries)
    }

    private static func entry(_ family: AddressFamily) -> Chain {
        let table = TableFamily(family)
        let type = Expression.field(family == .ipv4 ? .icmpType : .icmp6Type)
        var rules = [
            Rule(.notMember(.field(table.destination), of: addresses(family).name), .verdict(.return))
        ]
        if family == .ipv6 {
            rules.append(Rule(.match(type, .equal, .constant(.mark(advertisement))), .verdict(.return)))
        }
        rules += PathErrors.types(family).map {
            Rule(.match(type, .equal, .constant(.mark($0))), .verdict(.goto("clustered\(family.digit)-errors")))
        }
        rules += judgement(.field(table.source))
        return Chain("clustered\(family.digit)", comment: "other nodes' clients are theirs", rules: rules)
    }

    /// Neighbour advertisement (RFC 4861): whoever asked from a shared address must hear the answer, also from a router whose
    /// address is another node's client.
    private static let advertisement: UInt32 = 136

    /// What routers say about packets to a client is for the node of that client.
    private static func errors(_ family: AddressFamily) -> Chain {
        Chain(
            "clustered\(family.digit)-errors", comment: "errors belong to the client that they are about",
            rules: judgement(.field(family == .ipv4 ? .erredDestination : .erred6Destination)))
    }

    private static func judgement(_ client: Expression) -> [Rule] {
        let slot = Expression.hash([client], modulus: NodeSpread.slots, seed: seed)
        return [
            Rule(.member(slot, of: owned.name), .verdict(.goto(mine))),
            Rule(.count(slot, in: foreign.name), .verdict(.drop)),
        ]
    }

    /// A frame that a switch gives to all nodes has a hardware address of many. Of such Linux forwards nothing and hands no
    /// TCP up (`pkt_type` in ip_forward and tcp_v4_rcv, 6.1 to 6.18; tried on 6.18 with nft 1.0.6), unless it is told that the
    /// frame was for this host.
    private static let own = Chain(
        mine, comment: "for this host",
        rules: [
            Rule(
                .match(.meta(.packetType), .matches, .constant(.multicast)), .setPacketType(.thisHost))
        ])
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The base chain of policies, which stands only while a farm or an address is guarded by one.
///
/// Before connection tracking (−200), so that what is refused costs no entry there; after the defragmentation (−400), so
/// that the ports of every packet can be read (Linux 6.1 to 6.18: nf_defrag of ip and ip6 runs at −400 in tables that track
/// connections). No interface is named: packets of every one are asked.
enum PolicyChains {
    static func all(in family: TableFamily, features: Features) -> [Chain] {
        guard !features.isDisjoint(with: [.farmPolicies, .addressPolicies]) else { return [] }
        var rules: [Rule] = []
        var chains: [Chain] = []
        if features.contains(.addressPolicies) {
            rules += addressRules(family)
            chains.append(addressChain(family))
        }
        if features.contains(.farmPolicies) {
            // The farm that the packet asks for, then its list and the farm in its place; who has none stays as it is.
            rules += FindService.rules(family, features)
            rules.append(
                Rule(
                    .setPriority(
                        .lookup(.masked(.meta(.priority), Register.farmMask), map: Maps.guards.name)),
                    toList))
        }
        rules.append(FindService.clear)
        let base = BaseChain(kind: .filter, hook: .prerouting, priority: -300)
        return chains + [Chain("policies", comment: "black and white lists", base: base, rules: rules)]
    }

    private static let toList = Statement.verdictMap(
        .masked(.meta(.priority), Register.shapeMask), map: Maps.policyLists.name)

    private static let nothing = Statement.match(.meta(.priority), .matches, .constant(.mark(0)))
    private static let addressName = "find-guarded"

    /// Addresses outside of farms, the most exact first. Their policies come before those of farms.
    private static func addressRules(_ family: TableFamily) -> [Rule] {
        let port = Expression.concatenation([.meta(.transport), .field(.destinationPort)])
        return [
            FindService.clear,
            Rule(.setPriority(.lookup(.concatenation(Maps.serviceKey(family)), map: GuardedMap.exact.name))),
            Rule(nothing, .verdict(.jump(addressName))),
            Rule(
                nothing, .setPriority(.lookup(port, map: GuardedMap.port.name)),
                .match(.destinationType, .notEqual, .constant(.localAddress)), .setPriority(.constant(.mark(0)))),
            Rule(toList),
        ]
    }

    private static func addressChain(_ family: TableFamily) -> Chain {
        let address = Expression.field(family.destination)
        return Chain(
            addressName, comment: "guarded ranges, all ports, all protocols",
            rules: [
                Rule(.setPriority(.lookup(.concatenation(Maps.serviceKey(family)), map: GuardedMap.range.name))),
                Rule(
                    nothing,
                    .setPriority(
                        .lookup(.concatenation([.meta(.transport), address]), map: GuardedMap.address.name))),
                Rule(nothing, .setPriority(.lookup(address, map: GuardedMap.all.name))),
            ])
    }
}

/// The maps of addresses outside of farms that policies guard: what a packet asks for → list.
enum GuardedMap: String, CaseIterable {
    case exact = "guarded"
    case range = "guarded-range"
    case address = "guarded-ip"
    case all = "guarded-all"
    case port = "guarded-port"

    var name: String { rawValue }

    func declaration(in family: TableFamily) -> SetDeclaration {
        var declaration: SetDeclaration =
            switch self {
            case .exact: Maps.services(family)
            case .range: Maps.servicesRange(family)
            case .address: Maps.servicesAddress(family)
            case .all: Maps.servicesAll(family)
            case .port: Maps.servicesPort
            }
        declaration.name = name
        if let size = declaration.size { declaration.size = min(size, Maps.guardedSize) }
        return declaration
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Which farm a packet asks for: shape and farm come into the register, or 0. The most exact service wins, whatever the
/// order of creation; what is less exact than an address and a port is looked for on a miss only (ruleset.md 3.1).
enum FindService {
    static func rules(_ family: TableFamily, _ features: Features) -> [Rule] {
        var rules = [
            clear,
            Rule(.setPriority(.lookup(.concatenation(Maps.serviceKey(family)), map: Maps.services(family).name))),
        ]
        if features.contains(.wideServices) {
            rules.append(
                Rule(
                    nothing, .member(.field(family.destination), of: Maps.wideAddresses(family).name),
                    .verdict(.jump(wideName))))
        }
        if features.contains(.anyAddress) { rules.append(anyAddress) }
        return rules
    }

    /// Long ranges of ports, then all ports, then all protocols of an address.
    static func wideChain(_ family: TableFamily) -> Chain {
        let address = Expression.field(family.destination)
        return Chain(
            wideName, comment: "services on ranges, all ports, all protocols",
            rules: [
                Rule(
                    .setPriority(
                        .lookup(.concatenation(Maps.serviceKey(family)), map: Maps.servicesRange(family).name))),
                Rule(
                    nothing,
                    .setPriority(
                        .lookup(
                            .concatenation([.meta(.transport), address]), map: Maps.servicesAddress(family).name))),
                Rule(nothing, .setPriority(.lookup(address, map: Maps.servicesAll(family).name))),
            ])
    }

    /// Empties the register.
    static let clear = Rule(.setPriority(.constant(.mark(0))))

    private static let wideName = "find-wild"
    private static let nothing = Statement.match(.meta(.priority), .matches, .constant(.mark(0)))

    /// Only if nothing was found, and only packets to the balancer's own addresses. The question whose address it is costs
    /// a look into the routing table; it stands behind the lookup, in one rule, so that only packets to such a port pay.
    private static let anyAddress = Rule(
        nothing,
        .setPriority(
            .lookup(.concatenation([.meta(.transport), .field(.destinationPort)]), map: Maps.servicesPort.name)),
        .match(.destinationType, .notEqual, .constant(.localAddress)),
        .setPriority(.constant(.mark(0))))
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Packets of TCP that belong to no connection, and RST from clients: they meet no nat chain, so their farm is found by
/// address in front of it. The rules stand only while a farm has a limit on them (ruleset.md 4.4).
enum Guard {
    /// RST is bit 2 of TCP's flags (RFC 9293, 3.1).
    static let isReset = Statement.match(.masked(.field(.tcpFlags), 4), .equal, .constant(.mark(4)))

    /// In front of everything that later packets meet. What belongs to no connection has nothing to meet behind it.
    static var rules: [Rule] {
        [
            Rule(
                .match(.meta(.transport), .matches, .constant(.transport(ServiceTransport.tcp.number))),
                .match(.connection(.state), .matches, .constant(.state(.invalid))), .verdict(.goto(name))),
            Rule(
                .match(.connection(.direction), .matches, .constant(.direction(.original))), isReset,
                .verdict(.jump(name))),
        ]
    }

    static func chain(_ family: TableFamily, _ features: Features) -> Chain {
        Chain(
            name, comment: "packets of no connection, and RST: farm, shape",
            rules: FindService.rules(family, features) + [
                Rule(.verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.shapesGuard.name)),
                FindService.clear,
            ])
    }

    private static let name = "classify-guard"
}

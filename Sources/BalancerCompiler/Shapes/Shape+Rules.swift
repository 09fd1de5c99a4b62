// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

extension Shape {
    /// The stages of a first packet, in order. A later stage is one more line here.
    func rules(in family: TableFamily) -> [Rule] {
        // Those of a farm with a queue stand in front of that.
        let limited = queue == nil ? limits?.rules(in: family) ?? [] : []
        if choice == .proxy { return [Self.keepFarm] + limited + logInput(in: family) + countForProxy }
        return [Self.keepFarm] + limited
            + helpers.map(Self.giveHelper)
            + (persistence?.recall(in: family) ?? [])
            + choose(in: family)
            + [noBackend]
            + (limits?.hasBackendLimits == true ? BackendLimit.rules : [])
            + logInput(in: family)
            + (persistence?.learn(in: family) ?? [])
            + (copiesMark ? [Self.copyMark] : [])
            + countConnection
            + [clearRegister]
            + translate(in: family)
    }

    /// Only the farm stays in the register: the key of its limits, slots and sessions.
    static let keepFarm = Rule(.setPriority(.masked(.meta(.priority), Register.farmMask)))

    private static func giveHelper(_ helper: HelperObject) -> Rule {
        Rule(.match(.meta(.transport), .matches, .constant(.transport(helper.transport))), .setHelper(helper))
    }

    private func logInput(in family: TableFamily) -> [Rule] {
        guard logsInput else { return [] }
        return [LogLine.write(by: .meta(.priority), in: MapKind.logInput.declaration(in: family)), Self.keepFarm]
    }

    private var noBackend: Rule { Rule(Self.unmarked, .verdict(.return)) }

    /// What the user's routing policy may see, where nobody has marked the packet before.
    static let copyMark = Rule(
        .match(.masked(.connection(.mark), BackendMark.copied), .equal, .constant(.mark(BackendMark.copied))),
        .match(.meta(.mark), .matches, .constant(.mark(0))),
        .setPacketMark(.masked(.connection(.mark), BackendMark.copiedBits)))

    private var countConnection: [Rule] {
        isCounted ? [Rule(.count(.connection(.mark), in: Maps.newConnections.name))] : []
    }

    /// Nothing is known of the backend yet: the proxy chooses it, on a connection of its own.
    private var countForProxy: [Rule] {
        isCounted ? [Rule(.count(.meta(.priority), in: Maps.newLocalConnections.name))] : []
    }

    private var clearRegister: Rule { Rule(.setPriority(.constant(.mark(0)))) }

    static let unmarked = Statement.match(.connection(.mark), .matches, .constant(.mark(0)))

    /// Each backend on its own: with a port of its own, or the one the client asked for. A rule for each transport, because
    /// nft takes a port in `dnat` only where the rule says whose port it is.
    private func translate(in family: TableFamily) -> [Rule] {
        let toPort = Expression.lookup(.connection(.mark), map: Maps.toPort(family).name)
        let toAddress = Expression.lookup(.connection(.mark), map: Maps.toAddress(family).name)
        return ServiceTransport.allCases.map { transport in
            Rule(
                .match(.meta(.transport), .matches, .constant(.transport(transport.number))),
                .translateDestination(family, to: toPort))
        } + [Rule(.translateDestination(nil, to: toAddress))]
    }
}

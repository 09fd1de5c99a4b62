// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Most connections of a backend, and what happens to those beyond. One chain for each number; which backend has it is data.
///
/// The connections are counted in the elements of a set, but the number stands in the rule: elements with a number of their
/// own vanish while nothing is counted in them (ruleset.md 10).
public struct BackendLimit: Sendable, Hashable {
    /// The most connections; at least one.
    public var count: UInt32
    /// Whether those beyond are dropped.
    public var isDropping: Bool

    /// A limit.
    public init(count: UInt32, isDropping: Bool) {
        self.count = count
        self.isDropping = isDropping
    }

    /// The connections of each backend, made by traffic.
    var connections: SetDeclaration {
        SetDeclaration(
            "bconn-\(count)", key: .expressions([.connection(.mark)]), isDynamic: true, size: Maps.backendsSize)
    }

    /// The chain of those who have this limit.
    func chain(in family: TableFamily) -> Chain {
        Chain(
            chainName(in: family), comment: "most connections of a backend",
            rules: [
                Shape.keepFarm,
                Rule(
                    .exceedConnections(count, .connection(.mark), in: connections.name),
                    LimitKind.backend.verdict(isDropping: isDropping)),
                Maps.countUnmetered(.connection(.mark), of: connections),
            ])
    }

    /// The chains that it leads to.
    func furtherChains(in family: TableFamily) -> [Chain] {
        LimitKind.backend.chains(isDropping: isDropping, in: family)
    }

    /// The maps and sets that its chains use, and the one that leads here.
    func sets(in family: TableFamily) -> [SetDeclaration] {
        [connections, Maps.backendLimit, Maps.backendLimits, Maps.unmetered] + LimitKind.backend.sets(in: family)
    }

    /// The rules of a shape that look whether the backend has a limit.
    static var rules: [Rule] {
        [
            Rule(
                .setPriority(.lookup(.connection(.mark), map: Maps.backendLimit.name)),
                .verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.backendLimits.name)),
            Shape.keepFarm,
        ]
    }
}

extension BackendLimit: NumberedChain {
    static var map: SetDeclaration { Maps.backendLimits }

    func chainName(in family: TableFamily) -> String { "bl-\(count)" + (isDropping ? "" : "-count") }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Maps {
    /// Sources of all farms with the same limit. When all places are taken, further ones pass and are counted.
    static let sourcesSize = 65_536

    /// Line → the chain that writes it.
    static let logs = SetDeclaration(
        "logs", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// Limit of backends → its chain.
    static let backendLimits = SetDeclaration(
        "blimits", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// Backend → its limit in the high half, its farm in the low half.
    static let backendLimit = SetDeclaration(
        "blimit", key: .expressions([.connection(.mark)]), data: .expression(.meta(.priority)), size: backendsSize)

    /// Who writes which line of a kind: line in the high half, farm in the low half.
    static func lines(_ kind: String, by subject: Expression) -> SetDeclaration {
        SetDeclaration(
            "log-\(kind)", key: .expressions([subject]), data: .expression(.meta(.priority)),
            size: subject == .connection(.mark) ? backendsSize : shapesSize)
    }

    /// Farms whose limits had no room for a source, and how often, made by traffic.
    static let unmetered = SetDeclaration(
        "unmetered", key: .expressions([.meta(.priority)]), isDynamic: true, size: shapesSize)

    /// Counts what a full set has no room for. A rule that makes an element ends there without room, so the one behind it
    /// asks whether there is one; that lookup runs no limit and counts nothing in the element (an inverted one ends before
    /// the element's expressions; tried on Linux 6.18).
    static func countUnmetered(_ key: Expression, of meter: SetDeclaration) -> Rule {
        Rule(.notMember(key, of: meter.name), .count(.meta(.priority), in: unmetered.name))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Shape.Limits {
    /// Before the choice of a backend: first packets.
    func rules(in family: TableFamily) -> [Rule] {
        let key = Expression.concatenation(Self.source(family))
        var rules: [Rule] = []
        if let newConnections {
            let meter = newConnections.meter(.new, in: family)
            rules += [
                Rule(.exceed(newConnections.rate, key, in: meter.name), LimitKind.new.verdict(isDropping: isDropping)),
                Maps.countUnmetered(key, of: meter),
            ]
        }
        if established > 0 {
            let meter = connections(in: family)
            rules += [
                Rule(
                    .exceedConnections(established, key, in: meter.name),
                    LimitKind.established.verdict(isDropping: isDropping)),
                Maps.countUnmetered(key, of: meter),
            ]
        }
        return rules
    }

    /// For packets of TCP that belong to no connection, and for RST; none without such a limit.
    func guardRules(in family: TableFamily) -> [Rule] {
        var rules: [Rule] = []
        if isStrict {
            rules.append(
                Rule(
                    .match(.connection(.state), .matches, .constant(.state(.invalid))),
                    LimitKind.strict.verdict(isDropping: isDropping)))
        }
        if let resets {
            let key = Expression.concatenation(Self.source(family))
            let meter = resets.meter(.reset, in: family)
            rules += [
                Rule(
                    Guard.isReset, .exceed(resets.rate, key, in: meter.name),
                    LimitKind.reset.verdict(isDropping: isDropping)),
                Rule(statements: [Guard.isReset] + Maps.countUnmetered(key, of: meter).statements),
            ]
        }
        return rules.isEmpty ? [] : [Shape.keepFarm] + rules
    }
}

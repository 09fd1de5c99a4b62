// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Clients that are known again (ruleset.md 3.1).
extension Shape.Persistence {
    /// Before the choice: the backend that the configuration, else the last connection says; if that one may serve clients it
    /// knows. If not, what was learnt is removed, because an update of an element that is there keeps its data; and so it is
    /// where the configuration says something, that the client stays there when the configuration says nothing any more.
    func recall(in family: TableFamily) -> [Rule] {
        let isMarked = Statement.match(.connection(.mark), .notEqual, .constant(.mark(0)))
        let forget = Statement.forget(
            .concatenation(fields.learntParts(in: family)), data: .connection(.mark),
            in: fields.learnt(in: family).name)
        let recall = look(fields.learntParts(in: family), in: fields.learnt(in: family))
        let checked = Rule(
            isMarked, .notMember(.connection(.mark), of: Maps.usable.name), forget,
            .setConnectionMark(.constant(.mark(0))))
        guard hasStaticSessions else { return [Rule(recall), checked] }
        return [
            Rule(look(fields.staticParts(in: family), in: fields.statics(in: family))), Rule(isMarked, forget),
            Rule(Shape.unmarked, recall), checked,
        ]
    }

    private func look(_ key: [Expression], in map: SetDeclaration) -> Statement {
        .setConnectionMark(.lookup(.concatenation(key), map: map.name))
    }

    /// After the choice: learn it, or let it live on.
    func learn(in family: TableFamily) -> [Rule] {
        var rules = [
            remember(fields.learntParts(in: family), data: .connection(.mark), fields.learnt(in: family))
        ]
        if let set = fields.readable(in: family) {
            rules.append(remember(fields.readableParts(in: family), data: nil, set))
        }
        if let set = fields.readableRest(in: family) {
            rules.append(remember(fields.readableRestParts(in: family), data: nil, set))
        }
        return rules
    }

    private func remember(_ key: [Expression], data: Expression?, _ set: SetDeclaration) -> Rule {
        Rule(.remember(.concatenation(key), data: data, seconds: seconds, in: set.name))
    }

    /// Later packets let what was learnt live on.
    func laterRules(in family: TableFamily) -> [Rule] {
        [Shape.keepFarm] + learn(in: family)
    }
}

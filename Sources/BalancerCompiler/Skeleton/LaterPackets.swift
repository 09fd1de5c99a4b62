// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// What happens to all packets of a translated connection but the first: they are counted; where their mark has flags, more
/// (ruleset.md 3.2).
enum LaterPackets {
    static func chains(_ family: TableFamily, _ features: Features) -> [Chain] {
        let known = features.contains(.flaggedMarks) ? flaggedChains : [plain]
        let guarded = features.contains(.guardedShapes) ? [Guard.chain(family, features)] : []
        return known + guarded + [filter(features)] + (features.contains(.intraConnect) ? [output(features)] : [])
    }

    /// Its destination has been translated.
    static let translated = Statement.match(.connection(.status), .matches, .constant(.destinationTranslated))

    private static let counterKey = Expression.concatenation([.connection(.direction), .connection(.mark)])
    private static let name = "known"
    private static let moreName = "known-more"
    private static let renewName = "classify-known"

    /// `filter` at -150: translated, and its backend's counter is there: counted by that lookup, done. One rule for most.
    private static func filter(_ features: Features) -> Chain {
        Chain(
            "filter", comment: "later packets: one lookup, which counts them",
            base: BaseChain(kind: .filter, hook: .prerouting, priority: -150),
            rules: (features.contains(.guardedShapes) ? Guard.rules : []) + rules(features))
    }

    private static func output(_ features: Features) -> Chain {
        Chain(
            "output-filter", comment: "later packets of local clients",
            base: BaseChain(kind: .filter, hook: .output, priority: -150), rules: rules(features))
    }

    private static func rules(_ features: Features) -> [Rule] {
        var fast = [translated]
        if features.contains(.flaggedMarks) {
            fast.append(.match(.masked(.connection(.mark), BackendMark.flags), .equal, .constant(.mark(0))))
        }
        return [
            Rule(statements: fast + [.member(counterKey, of: Maps.traffic.name), .verdict(.accept)]),
            Rule(.match(.connection(.mark), .notEqual, .constant(.mark(0))), .verdict(.goto(name))),
        ]
    }

    /// The first packet of a backend and direction makes the counter: only for marks that are ours.
    private static let makeCounter = Rule(
        translated, .member(.connection(.mark), of: Maps.usable.name), .count(counterKey, in: Maps.traffic.name))

    private static let plain = Chain(name, comment: comment, rules: [makeCounter])

    /// The same with all features: a chain that is rewritten keeps its comment.
    private static let comment = "later packets without a counter yet, or with flags in their mark"

    /// A lookup counts what is there, so the counter is asked for once and made only where it is not.
    private static var flaggedChains: [Chain] {
        let has = { (flag: UInt32) in
            Statement.match(.masked(.connection(.mark), flag), .equal, .constant(.mark(flag)))
        }
        return [
            Chain(
                name, comment: comment,
                rules: [
                    Rule(has(BackendMark.uncounted), .verdict(.goto(moreName))),
                    Rule(translated, .member(counterKey, of: Maps.traffic.name), .verdict(.goto(moreName))),
                    makeCounter,
                    Rule(.verdict(.goto(moreName))),
                ]),
            Chain(
                moreName, comment: "copy the user's mark, keep sessions alive",
                rules: [
                    Shape.copyMark,
                    Rule(.match(.connection(.direction), .matches, .constant(.direction(.reply))), .verdict(.return)),
                    // An error about a connection comes from anybody, and has no ports: it is no sign of its client.
                    Rule(.match(.connection(.state), .matches, .constant(.state(.related))), .verdict(.return)),
                    Rule(has(BackendMark.sticky), .verdict(.goto(renewName))),
                ]),
            Chain(
                renewName, comment: "keep the client's session alive",
                rules: [
                    // By the backend, not by the address that was asked for: that may be another farm's by now.
                    FindService.clear,
                    Rule(.setPriority(.lookup(.connection(.mark), map: Maps.sticky.name))),
                    Rule(
                        .verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.shapesLater.name)),
                    FindService.clear,
                ]),
        ]
    }
}

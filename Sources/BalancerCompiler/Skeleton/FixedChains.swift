// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The chains that every table has, whatever the shapes (ruleset.md 3, 4.4): each rendered from the features in use.
enum FixedChains {
    static func all(in family: TableFamily, features: Features) -> [Chain] {
        var chains = LaterPackets.chains(family, features)
        chains += [prerouting(family, features), postrouting(features)]
        chains += PolicyChains.all(in: family, features: features)
        if features.contains(.wideServices) { chains.append(FindService.wideChain(family)) }
        if features.contains(.intraConnect) { chains.append(outputNAT(family, features)) }
        if features.contains(.proxyMarks) { chains.append(proxied) }
        chains += Forwarding.chains(family, features)
        if features.contains(.queuedShapes) { chains.append(queue(family, features)) }
        return chains
    }

    // MARK: First packets: find the farm

    /// `prerouting`, nat: sees the first packet of a connection and no other.
    private static func prerouting(_ family: TableFamily, _ features: Features) -> Chain {
        Chain(
            "prerouting", comment: "first packets: farm, shape, translation",
            base: BaseChain(kind: .nat, hook: .prerouting, priority: -100),
            rules: firstPacketsOnly + FindService.rules(family, features) + toShape)
    }

    /// A mark that is not ours, or a helper's child: somebody else's.
    private static var firstPacketsOnly: [Rule] {
        [
            Rule(.match(.connection(.mark), .notEqual, .constant(.mark(0))), .verdict(.return)),
            Rule(.match(.connection(.state), .notEqual, .constant(.state(.new))), .verdict(.return)),
        ]
    }

    /// The register does not leave the chain: what comes back from the shape was not translated.
    private static var toShape: [Rule] {
        [
            Rule(.verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.shapes.name)),
            FindService.clear,
        ]
    }

    // MARK: Source addresses

    private static func postrouting(_ features: Features) -> Chain {
        let masquerade = BackendMark.masquerade
        let source = Statement.translateSource(to: .lookup(.connection(.mark), map: Maps.sourceOf(.ip).name))
        var rules = [
            Rule(
                LaterPackets.translated,
                .match(.masked(.connection(.mark), masquerade), .equal, .constant(.mark(masquerade))), .masquerade)
        ]
        if features.contains(.sourceAddress) { rules.append(Rule(LaterPackets.translated, source)) }
        if features.contains(.proxyMarks) {
            // What a proxy sends to a backend of a local farm. Only those backends' marks are in the map: other programs'
            // marks stay out of the connection mark. Who was found goes on elsewhere: Linux 6.1 has no rule that asks whether a
            // map has a key (EINVAL; 6.18 has).
            rules.append(
                Rule(
                    Shape.unmarked, .setConnectionMark(.lookup(.meta(.mark), map: Maps.proxyMarks.name)),
                    .verdict(.goto(proxiedName))))
        }
        return Chain(
            "postrouting", comment: "first packets: source address",
            base: BaseChain(kind: .nat, hook: .postrouting, priority: 100), rules: rules)
    }

    private static let proxiedName = "proxied"

    /// First packets of a proxy's connections to backends: counted, and from the backend's source address.
    private static var proxied: Chain {
        Chain(
            proxiedName, comment: "first packets from a proxy: source address",
            rules: [
                Rule(
                    .match(
                        .masked(.connection(.mark), BackendMark.uncounted), .notEqual,
                        .constant(.mark(BackendMark.uncounted))),
                    .count(.connection(.mark), in: Maps.newConnections.name)),
                Rule(.translateSource(to: .lookup(.connection(.mark), map: Maps.sourceOf(.ip).name))),
            ])
    }

    // MARK: Programs that see SYN packets

    /// A queue ends its base chain, for whatever the program says, and where there is none: so it is one of its own, in front of
    /// the nat hook (ruleset.md 2). It is no nat chain: a packet that is not the first of its connection ends here at once.
    private static func queue(_ family: TableFamily, _ features: Features) -> Chain {
        Chain(
            "filter-queue", comment: "first packets: limits, and SYN to a program",
            base: BaseChain(kind: .filter, hook: .prerouting, priority: -149),
            rules: [Rule(.match(.connection(.status), .matches, .constant(.confirmed)), .verdict(.return))]
                + firstPacketsOnly + FindService.rules(family, features) + [
                    Rule(.verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.shapesQueue.name)),
                    FindService.clear,
                ])
    }

    // MARK: Clients on the balancer itself

    private static func outputNAT(_ family: TableFamily, _ features: Features) -> Chain {
        // What was found is forgotten where its farm does not serve them.
        let served = Rule(
            .notMember(.masked(.meta(.priority), Register.farmMask), of: Maps.localClients.name),
            .setPriority(.constant(.mark(0))))
        return Chain(
            "output-nat", comment: "first packets of local clients",
            base: BaseChain(kind: .nat, hook: .output, priority: -100),
            rules: firstPacketsOnly + FindService.rules(family, features) + [served] + toShape)
    }
}

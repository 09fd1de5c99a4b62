// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// The chains that every table has, whatever the shapes (ruleset.md 3, 4.4): each rendered from the features in use.
enum FixedChains {
    static func all(in family: TableFamily, features: Features) -> [Chain] {
        var chains = [known, filter, prerouting(family, features), postrouting(features)]
        if features.contains(.intraConnect) { chains += [outputFilter, outputNAT(family, features)] }
        return chains
    }

    // MARK: Later packets: count

    /// `filter` at -150: translated, and its backend's counter is there: counted by that lookup, done. One rule for most.
    private static var filter: Chain {
        Chain(
            "filter", comment: "later packets: one lookup, which counts them",
            base: BaseChain(kind: .filter, hook: .prerouting, priority: -150),
            rules: [
                Rule(translated, .member(counterKey, of: Maps.traffic.name), .verdict(.accept)),
                Rule(.match(.connection(.mark), .notEqual, .constant(.mark(0))), .verdict(.goto(known.name))),
            ])
    }

    /// The first packet of a backend and direction makes the counter: only for marks that are ours.
    private static var known: Chain {
        Chain("known", comment: "the first later packet of a backend makes its counter", rules: [makeCounter])
    }

    private static var makeCounter: Rule {
        Rule(
            translated, .member(.connection(.mark), of: Maps.usable.name), .count(counterKey, in: Maps.traffic.name))
    }

    private static let translated = Statement.match(.connection(.status), .matches, .constant(.destinationTranslated))
    private static let counterKey = Expression.concatenation([.connection(.direction), .connection(.mark)])

    // MARK: First packets: find the farm

    /// `prerouting`, nat: sees the first packet of a connection and no other.
    private static func prerouting(_ family: TableFamily, _ features: Features) -> Chain {
        var rules = firstPacketsOnly
        rules += find(Maps.services(family).name, family)
        if features.contains(.anyAddress) { rules.append(findAnyAddress(Maps.servicesPort.name)) }
        rules += toShape
        return Chain(
            "prerouting", comment: "first packets: farm, shape, translation",
            base: BaseChain(kind: .nat, hook: .prerouting, priority: -100), rules: rules)
    }

    /// A mark that is not ours, or a helper's child: somebody else's.
    private static var firstPacketsOnly: [Rule] {
        [
            Rule(.match(.connection(.mark), .notEqual, .constant(.mark(0))), .verdict(.return)),
            Rule(.match(.connection(.state), .notEqual, .constant(.state(.new))), .verdict(.return)),
        ]
    }

    private static func find(_ map: String, _ family: TableFamily) -> [Rule] {
        let key = Expression.concatenation([
            .meta(.transport), .field(family.destination), .field(.destinationPort),
        ])
        return [clear, Rule(.setPriority(.lookup(key, map: map)))]
    }

    /// Only if nothing was found, and only packets to the balancer's own addresses. The question whose address it is costs
    /// a look into the routing table; it stands behind the lookup, in one rule, so that only packets to such a port pay.
    private static func findAnyAddress(_ map: String) -> Rule {
        Rule(
            .match(.meta(.priority), .matches, .constant(.mark(0))),
            .setPriority(.lookup(.concatenation([.meta(.transport), .field(.destinationPort)]), map: map)),
            .match(.destinationType, .notEqual, .constant(.localAddress)),
            .setPriority(.constant(.mark(0))))
    }

    /// The register does not leave the chain: what comes back from the shape was not translated.
    private static var toShape: [Rule] {
        [Rule(.verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.shapes.name)), clear]
    }

    private static let clear = Rule(.setPriority(.constant(.mark(0))))

    // MARK: Source addresses

    private static func postrouting(_ features: Features) -> Chain {
        let masquerade = BackendMark.masquerade
        var rules = [
            Rule(
                translated,
                .match(.masked(.connection(.mark), masquerade), .equal, .constant(.mark(masquerade))), .masquerade)
        ]
        if features.contains(.sourceAddress) {
            rules.append(
                Rule(translated, .translateSource(to: .lookup(.connection(.mark), map: Maps.sourceOf(.ip).name))))
        }
        return Chain(
            "postrouting", comment: "first packets: source address",
            base: BaseChain(kind: .nat, hook: .postrouting, priority: 100), rules: rules)
    }

    // MARK: Clients on the balancer itself

    private static var outputFilter: Chain {
        Chain(
            "output-filter", comment: "later packets of local clients",
            base: BaseChain(kind: .filter, hook: .output, priority: -150),
            rules: [
                Rule(translated, .member(counterKey, of: Maps.traffic.name), .verdict(.accept)),
                makeCounter,
            ])
    }

    private static func outputNAT(_ family: TableFamily, _ features: Features) -> Chain {
        var rules = firstPacketsOnly
        rules += find(Maps.servicesOut(family).name, family)
        if features.contains(.anyAddressIntraConnect) { rules.append(findAnyAddress(Maps.servicesOutPort.name)) }
        rules += toShape
        return Chain(
            "output-nat", comment: "first packets of local clients",
            base: BaseChain(kind: .nat, hook: .output, priority: -100), rules: rules)
    }
}

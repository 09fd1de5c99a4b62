// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Fragments at ingress, where nothing puts them together: only the first one has ports. It is handled as every packet, and
/// the others follow it, each to the same place. One that comes before the first goes up the stack, as what asks for no
/// farm does. TCP is left out: its senders know the path's MTU.
enum Fragments {
    /// As long as the kernel waits for the rest of a datagram (net.ipv4.ipfrag_time), in seconds.
    private static let lifetime: UInt32 = 30
    private static let size = 65_536
    private static let seeds: [UInt32] = [6, 7]

    /// Fragments of one datagram from a client → backend, made by traffic.
    static func forth(_ family: AddressFamily) -> SetDeclaration {
        map("fragments\(family.digit)", .meta(.mark), family)
    }

    /// Fragments of one datagram from a backend → what was asked for, made by traffic.
    static func back(_ family: AddressFamily) -> SetDeclaration {
        map("fragments\(family.digit)-back", .meta(.priority), family)
    }

    private static func map(_ name: String, _ data: Expression, _ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            name, key: .expressions(key(family, declared: true)), data: .expression(data), isDynamic: true,
            lifetime: lifetime, size: size)
    }

    /// IPv6 addresses are too wide for the key of a map that rules fill (ruleset.md 10): two hashes of 32 bits.
    private static func key(_ family: AddressFamily, declared: Bool = false) -> [Expression] {
        let table = TableFamily(family)
        let addresses = [Expression.field(table.source), .field(table.destination)]
        if family == .ipv4 { return addresses + [.field(.ipIdentification)] }
        return seeds.map { seed in
            declared
                ? .generated(.increasing, modulus: SessionFields.hashModulus)
                : .hash(addresses + [.field(.ip6Identification)], modulus: SessionFields.hashModulus, seed: seed)
        }
    }

    /// More fragments follow (RFC 791, 3.1; RFC 8200, 4.5).
    private static func hasMore(_ family: AddressFamily) -> Statement {
        family == .ipv4
            ? .match(.masked(.field(.ipFragment), 0x2000), .equal, .constant(.mark(0x2000)))
            : .match(.field(.ip6MoreFragments), .equal, .constant(.mark(1)))
    }

    private static func isLater(_ family: AddressFamily) -> Statement {
        family == .ipv4
            ? .match(.masked(.field(.ipFragment), 0x1fff), .notEqual, .constant(.mark(0)))
            : .match(.field(.ip6FragmentOffset), .notEqual, .constant(.mark(0)))
    }

    /// For the first fragment, in its shape: where the others go.
    static func remember(_ family: AddressFamily) -> Rule {
        Rule(
            IngressShape.isNoTCP, hasMore(family),
            .remember(
                .concatenation(key(family)), data: .meta(.mark), seconds: lifetime, in: forth(family).name))
    }

    /// For the first fragment of an answer.
    static func rememberBack(_ family: AddressFamily) -> Rule {
        Rule(
            IngressShape.isNoTCP, hasMore(family),
            .remember(
                .concatenation(key(family)), data: .meta(.priority), seconds: lifetime, in: back(family).name))
    }

    private static func name(_ family: AddressFamily, _ rest: String = "") -> String {
        "fragments\(family.digit)\(rest)"
    }

    /// For what was found to ask for no exact service.
    static func entry(_ family: AddressFamily) -> Rule { Rule(isLater(family), .verdict(.jump(name(family)))) }

    static func chains(_ family: AddressFamily, isTranslating: Bool) -> [Chain] {
        let key = Expression.concatenation(key(family))
        var rules = [
            Rule(.setPacketMark(.lookup(key, map: forth(family).name)), .verdict(.goto(name(family, "-forth"))))
        ]
        // Looked up, a counter counts, and only where the farm is counted the first fragment has made it.
        var forth = [Rule(.member(.meta(.mark), of: IngressMaps.sent.name))]
        var chains: [Chain] = []
        if isTranslating {
            rules.append(
                Rule(.setPriority(.lookup(key, map: back(family).name)), .verdict(.goto(name(family, "-back")))))
            forth.append(
                Rule(
                    .setField(
                        TableFamily(family).destination,
                        .lookup(.meta(.mark), map: IngressMaps.addressOf(family).name))))
            chains.append(
                Chain(
                    name(family, "-back"), comment: "fragments of answers",
                    rules: StatelessTranslation.countAnswer(family) + StatelessTranslation.sendBack(family)))
        }
        rules.append(Rule(.counter, comment: "fragments of no known datagram"))
        forth += [Rule(.verdict(.jump(IngressChains.sendName))), Rule(FlowMemory.forgetMark)]
        return chains + [
            Chain(name(family), comment: "fragments but the first", rules: rules),
            Chain(name(family, "-forth"), comment: "after the first fragment", rules: forth),
        ]
    }
}

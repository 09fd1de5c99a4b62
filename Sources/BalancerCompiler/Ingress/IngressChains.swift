// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// The chains of `netdev nftlb` that stand whatever the shapes (ruleset.md 3.4).
enum IngressChains {
    static let sendName = "send"

    static func all(features: Features, interfaces: Set<InterfaceName>) -> [Chain] {
        var chains = [send, found]
        chains += AddressFamily.allCases.map(known)
        for family in AddressFamily.allCases {
            chains.append(entry(family, features))
            if features.contains(.wideServices) { chains.append(wide(family)) }
            chains += Fragments.chains(family, isTranslating: features.contains(.statelessTranslation))
            chains += PathErrors.chains(family, isTranslating: features.contains(.statelessTranslation))
            if features.contains(.statelessTranslation) { chains += StatelessTranslation.back(family) }
        }
        return chains + interfaces.map(base)
    }

    /// The base chain of an interface. Frames for other hosts, which a card that takes everything sees too, are theirs; frames
    /// with a VLAN tag belong to the interface of that VLAN.
    private static func base(_ interface: InterfaceName) -> Chain {
        let isOfOthers = Statement.match(.meta(.packetType), .matches, .constant(.otherHost))
        let entries = AddressFamily.allCases.map { family in
            Rule(
                .match(.field(.etherType), .matches, .constant(.packets(TableFamily(family)))),
                .verdict(.goto(entryName(family))))
        }
        return Chain(
            baseName(interface),
            base: BaseChain(kind: .filter, hook: .ingress, priority: 100, device: interface.text),
            rules: [Rule(isOfOthers, .verdict(.return))] + entries)
    }

    static func baseName(_ interface: InterfaceName) -> String { "ingress-" + interface.text }

    private static func entryName(_ family: AddressFamily) -> String { "in\(family.digit)" }
    private static func wideName(_ family: AddressFamily) -> String { "in\(family.digit)-wide" }
    private static func knownName(_ family: AddressFamily) -> String { "known\(family.digit)" }
    private static let foundName = "found"

    /// Which backend has the packet's flow, then which farm it asks for. What asks for none leaves as it came: no rule writes
    /// into it. A connection of TCP that begins is a new one, whoever had its ports before.
    private static func entry(_ family: AddressFamily, _ features: Features) -> Chain {
        let table = TableFamily(family)
        var rules = [IngressShape.isLater, IngressShape.isNoTCP].map { kind in
            Rule(
                kind, FlowMemory.recall(family), .verdict(.jump(knownName(family))))
        }
        rules += [
            find(Maps.serviceKey(table), in: .services, family), Fragments.entry(family), PathErrors.entry(family),
        ]
        if features.contains(.wideServices) {
            rules.append(
                Rule(
                    .member(.field(table.destination), of: IngressMaps.services(.wideAddresses, family).name),
                    .verdict(.jump(wideName(family)))))
        }
        rules.append(forgetFlow(family))
        if features.contains(.statelessTranslation) {
            rules.append(Rule(.verdict(.goto(StatelessTranslation.backName(family)))))
        }
        return Chain(entryName(family), comment: "find the farm", rules: rules)
    }

    /// Long ranges of ports, then all ports, then all protocols of an address.
    private static func wide(_ family: AddressFamily) -> Chain {
        let address = Expression.field(TableFamily(family).destination)
        let keys: [[Expression]] = [
            Maps.serviceKey(TableFamily(family)), [.meta(.transport), address], [address],
        ]
        return Chain(
            wideName(family), comment: "services on ranges, all ports, all protocols",
            rules: zip(keys, IngressMaps.wideServices).map { find($0, in: $1, family) })
    }

    private static func find(_ key: [Expression], in map: MapKind, _ family: AddressFamily) -> Rule {
        let key = key.count == 1 ? key[0] : .concatenation(key)
        return Rule(
            .setPriority(.lookup(key, map: IngressMaps.services(map, family).name)), .verdict(.goto(foundName)))
    }

    /// A flow goes on with its backend also when the farm is off or has other addresses, and another farm has those.
    private static func known(_ family: AddressFamily) -> Chain {
        Chain(
            knownName(family), comment: "flows that are remembered",
            rules: [
                Rule(.setPriority(.lookup(.meta(.mark), map: IngressMaps.homes.name)), toShape),
                Rule(FlowMemory.forget(family)), Rule(FlowMemory.forgetMark), FindService.clear,
            ])
    }

    /// A connection that begins with whoever else has the address now, the host itself or a farm that connection tracking serves:
    /// what is remembered of its ports would take its later packets away.
    private static func forgetFlow(_ family: AddressFamily) -> Rule {
        Rule(
            IngressShape.isFirst, FlowMemory.recall(family), FlowMemory.forget(family), FlowMemory.forgetMark)
    }

    private static let toShape = Statement.verdictMap(
        .masked(.meta(.priority), Register.shapeMask), map: Maps.shapes.name)

    /// To the shape. What comes back has no backend and goes up, with the register empty.
    private static let found = Chain(
        foundName, comment: "to the shape",
        rules: [
            Rule(FlowMemory.forgetMark),
            Rule(toShape), Rule(FlowMemory.forgetMark), FindService.clear,
        ])

    /// Both hardware addresses, and out.
    private static let send = Chain(
        sendName, comment: "to the backend's interface",
        rules: [
            Rule(
                .setField(.etherAddresses, .lookup(.meta(.mark), map: IngressMaps.frames.name)),
                .setPriority(.constant(.mark(0))),
                .forward(to: .lookup(.meta(.mark), map: IngressMaps.devices.name)))
        ])
}

extension InterfaceName {
    /// Whether it can be the name of a chain, and text of nft's that means nothing else: letters, digits, `.`, `_`, `-`, not
    /// first. Others (`eth0+`, `a*`) are legal for the kernel; no chain is made for them.
    public var isPlain: Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}

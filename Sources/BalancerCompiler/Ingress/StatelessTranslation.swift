// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Destinations translated packet by packet, without connection tracking, and the way back (ruleset.md 3.5).
enum StatelessTranslation {
    static func name(_ family: AddressFamily, seconds: UInt32) -> String { "nat\(family.digit)-\(seconds)" }
    static func backName(_ family: AddressFamily) -> String { "back\(family.digit)" }
    private static func restoreName(_ family: AddressFamily) -> String { "unnat\(family.digit)" }

    /// To the backend: who the client is and what it asked for are remembered, then destination and port are the backend's.
    static func forth(_ family: AddressFamily, seconds: UInt32) -> Chain {
        let table = TableFamily(family)
        let wide = Expression.concatenation([.meta(.priority), .meta(.inputInterface), .field(table.destination)])
        let exact = Expression.concatenation(
            [.meta(.priority), .meta(.inputInterface)] + Maps.serviceKey(table))
        return Chain(
            name(family, seconds: seconds), comment: "translate, remember the way back",
            rules: [
                Rule(
                    .remember(
                        .field(table.source), data: .field(.etherSource), seconds: seconds,
                        in: IngressMaps.clients(family).name)),
                Rule(.setPriority(.lookup(exact, map: IngressMaps.asked(family).name))),
                // Found before: then the register is no farm alone, and this finds nothing.
                Rule(.setPriority(.lookup(wide, map: IngressMaps.askedWide(family).name))),
                // A flow whose farm no longer has the address: nobody could translate the answers back.
                Rule(
                    .match(.masked(.meta(.priority), Register.shapeMask), .equal, .constant(.mark(0))),
                    .verdict(.return)),
                Rule(.setField(table.destination, .lookup(.meta(.mark), map: IngressMaps.addressOf(family).name))),
            ]
                + IngressMaps.translated.map { transport in
                    Rule(
                        carries(transport),
                        .setField(
                            transport.destinationPort, .lookup(.meta(.mark), map: IngressMaps.portOf.name)))
                }
                + [forgetOlder(family)]
                + IngressMaps.translated.map { transport in
                    Rule(
                        carries(transport),
                        .remember(
                            .concatenation(FlowKey.toBackend(family)), data: .meta(.priority), seconds: seconds,
                            in: IngressMaps.wayBack(family, transport).name))
                }
                + [Rule(.verdict(.goto(IngressChains.sendName)))])
    }

    /// A connection that begins takes the place of an older one that the backend knows by the same ports: clients choose a port
    /// again for another service, and an update of an element that is there keeps what it says (ruleset.md 10).
    private static func forgetOlder(_ family: AddressFamily) -> Rule {
        Rule(
            IngressShape.isFirst,
            .forget(
                .concatenation(FlowKey.toBackend(family)), data: .meta(.priority),
                in: IngressMaps.wayBack(family, .tcp).name))
    }

    /// From the backend: what asks for no farm may be an answer.
    static func back(_ family: AddressFamily) -> [Chain] {
        let reversed = Expression.concatenation(FlowKey.toBackend(family, isReversed: true))
        let find = IngressMaps.translated.map { transport in
            Rule(
                carries(transport),
                .setPriority(.lookup(reversed, map: IngressMaps.wayBack(family, transport).name)),
                .verdict(.goto(restoreName(family))))
        }
        let ports = IngressMaps.translated.map { transport in
            Rule(
                carries(transport),
                .setField(transport.sourcePort, .lookup(.meta(.priority), map: IngressMaps.askedPort.name)))
        }
        let restore = [Fragments.rememberBack(family)] + countAnswer(family) + ports + sendBack(family)
        return [
            Chain(backName(family), comment: "answers of backends", rules: find),
            Chain(restoreName(family), comment: "translate back", rules: restore),
        ]
    }

    /// Whose answer it is: by farm and address, because the register says what was asked for.
    static func countAnswer(_ family: AddressFamily) -> [Rule] {
        let backend = Expression.concatenation([
            .masked(.meta(.priority), Register.shapeMask), .field(TableFamily(family).source),
        ])
        return [
            Rule(
                .setPacketMark(.lookup(backend, map: IngressMaps.backendAt(family).name)),
                .count(.meta(.mark), in: IngressMaps.returned.name)),
            Rule(FlowMemory.forgetMark),
        ]
    }

    /// From the address that was asked for, to the client.
    static func sendBack(_ family: AddressFamily) -> [Rule] {
        let table = TableFamily(family)
        return [
            Rule(
                .setField(table.source, .lookup(.meta(.priority), map: IngressMaps.askedAddress(family).name)),
                .setField(.etherSource, .lookup(.meta(.priority), map: IngressMaps.askedHardware.name)),
                .setField(
                    .etherDestination, .lookup(.field(table.destination), map: IngressMaps.clients(family).name)),
                .forward(to: .lookup(.meta(.priority), map: IngressMaps.askedDevice.name))),
            FindService.clear,
        ]
    }

    private static func carries(_ transport: ServiceTransport) -> Statement {
        .match(.meta(.transport), .matches, .constant(.transport(transport.number)))
    }
}

extension ServiceTransport {
    /// Its port as a field that nft knows the checksum of: writing `th dport` would leave that as it is.
    fileprivate var destinationPort: HeaderField { self == .udp ? .udpDestinationPort : .tcpDestinationPort }
    fileprivate var sourcePort: HeaderField { self == .udp ? .udpSourcePort : .tcpSourcePort }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// ICMP errors at ingress: what routers say about packets that backends sent from the service's address (mode dsr) comes to the
/// balancer, and is about a flow of one backend, which must hear it to know the path's MTU.
///
/// What is known of no flow goes up the stack and is counted. So are errors about packets of stateless translation: the packet
/// inside would have to be rewritten, and nft mends no checksum of ICMP.
enum PathErrors {
    /// The flow of the client that the packet was for.
    private static func flow(_ family: AddressFamily) -> Expression {
        let tuple: [Expression] =
            family == .ipv4
            ? [
                .field(.erredDestination), .field(.erredSource),
                .field(.erredDestinationPort), .field(.erredSourcePort),
            ]
            : [
                .field(.erred6Destination), .field(.erred6Source),
                .field(.erred6DestinationPort), .field(.erred6SourcePort),
            ]
        return FlowKey.flow(of: .field(family == .ipv4 ? .erredTransport : .erred6Transport), tuple)
    }

    /// ICMP is 1, ICMPv6 58 (IANA protocol numbers).
    private static func transport(_ family: AddressFamily) -> UInt8 { family == .ipv4 ? 1 : 58 }

    /// Destination unreachable, time exceeded, parameter problem (RFC 792); those and packet too big (RFC 4443).
    static func types(_ family: AddressFamily) -> [UInt32] { family == .ipv4 ? [3, 11, 12] : [1, 2, 3, 4] }

    private static func name(_ family: AddressFamily, _ rest: String = "") -> String { "errors\(family.digit)\(rest)" }

    static func entry(_ family: AddressFamily) -> Rule {
        Rule(
            .match(.meta(.transport), .matches, .constant(.transport(transport(family)))),
            .verdict(.jump(name(family, "-icmp"))))
    }

    static func chains(_ family: AddressFamily, isTranslating: Bool) -> [Chain] {
        let type = Expression.field(family == .ipv4 ? .icmpType : .icmp6Type)
        // Four and five words of header: without options, so that ports stand where they are looked for.
        let isPlain: [Statement] =
            family == .ipv4 ? [.match(.field(.erredVersion), .equal, .constant(.mark(0x45)))] : []
        let isSentOn: [Statement] =
            isTranslating ? [.notMember(.meta(.mark), of: IngressMaps.rewritten.name)] : []
        return [
            Chain(
                name(family, "-icmp"), comment: "errors about packets of backends",
                rules: types(family).map { number in
                    Rule(.match(type, .equal, .constant(.mark(number))), .verdict(.goto(name(family, "-flow"))))
                }),
            Chain(
                name(family, "-flow"), comment: "to the backend of the flow",
                rules: [
                    Rule(
                        statements: isPlain + [
                            .setPacketMark(.lookup(flow(family), map: IngressMaps.flows.name))
                        ] + isSentOn + [.verdict(.jump(name(family, "-sent")))]),
                    Rule(FlowMemory.forgetMark), Rule(.counter, comment: "errors of no known flow"),
                ]),
            Chain(
                name(family, "-sent"), comment: "counted as sent",
                rules: [
                    Rule(.member(.meta(.mark), of: IngressMaps.sent.name)),
                    Rule(.verdict(.goto(IngressChains.sendName))),
                ]),
        ]
    }
}

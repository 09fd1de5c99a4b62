// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// A flow by its addresses and ports, as keys of maps.
enum FlowKey {
    /// Seeds of the hashes of a flow; none is that of the choice.
    private static let flowSeeds: [UInt32] = [3, 8]
    private static let backSeeds: [UInt32] = [4, 5]

    static func tuple(_ family: AddressFamily, isReversed: Bool = false) -> [Expression] {
        let table = TableFamily(family)
        let addresses = [Expression.field(table.source), .field(table.destination)]
        let ports = [Expression.field(.sourcePort), .field(.destinationPort)]
        return isReversed ? addresses.reversed() + ports.reversed() : addresses + ports
    }

    /// The flow between client and service, whatever farm has that service by now: two hashes of 32 bits, because one would
    /// take it for the flow of another farm some day.
    static func flow(_ family: AddressFamily) -> Expression { flow(of: .meta(.transport), tuple(family)) }

    /// The same of a transport and a tuple that stand elsewhere in the packet. The second hash is without the destination:
    /// all of it does not fit into the registers (nft 1.0.6, IPv6).
    static func flow(of transport: Expression, _ tuple: [Expression]) -> Expression {
        let short = [transport, tuple[0], tuple[2], tuple[3]]
        return .concatenation(
            zip([tuple, short], flowSeeds).map { .hash($0, modulus: SessionFields.hashModulus, seed: $1) })
    }

    /// The same as the key of a map.
    static let declaredFlow = flowSeeds.map { _ in
        Expression.generated(.increasing, modulus: SessionFields.hashModulus)
    }

    /// The flow between client and backend, from the client's packet when it has been rewritten or, `isReversed`, from the
    /// backend's. IPv6 addresses are too wide for the key of a map that rules fill (ruleset.md 10): two hashes of 32 bits.
    static func toBackend(
        _ family: AddressFamily, isReversed: Bool = false, declared: Bool = false
    ) -> [Expression] {
        let tuple = tuple(family, isReversed: isReversed)
        if family == .ipv4 { return tuple }
        return backSeeds.map { seed in
            declared
                ? .generated(.increasing, modulus: SessionFields.hashModulus)
                : .hash(tuple, modulus: SessionFields.hashModulus, seed: seed)
        }
    }
}

/// How long a flow without packets is remembered, in seconds.
enum FlowMemory {
    /// Of TCP while nobody ends it: longer than the keepalive of most systems (tcp_keepalive_time, 7200).
    static let connections: UInt32 = 7440
    /// Of TCP while it begins and after FIN or RST: as long as the last retransmissions take.
    static let ends: UInt32 = 120
    /// Of all else, as conntrack remembers a stream of UDP.
    static let datagrams: UInt32 = 180

    /// The backend of the packet's flow becomes its mark; a flow that is not remembered ends the rule.
    static func recall(_ family: AddressFamily) -> Statement {
        .setPacketMark(.lookup(FlowKey.flow(family), map: IngressMaps.flows.name))
    }

    /// What was recalled is remembered no more.
    static func forget(_ family: AddressFamily) -> Statement {
        .forget(FlowKey.flow(family), data: .meta(.mark), in: IngressMaps.flows.name)
    }

    static let forgetMark = Statement.setPacketMark(.constant(.mark(0)))
}

extension Expression {
    /// The same with the packet's mark in place of the connection's: at ingress there is no connection yet.
    var withPacketMark: Expression {
        switch self {
        case .connection(.mark): .meta(.mark)
        case .hash(let fields, let modulus, let seed, let offset):
            .hash(fields.map(\.withPacketMark), modulus: modulus, seed: seed, offset: offset)
        case .concatenation(let fields): .concatenation(fields.map(\.withPacketMark))
        case .lookup(let key, let map): .lookup(key.withPacketMark, map: map)
        case .masked(let value, let mask): .masked(value.withPacketMark, mask)
        case .meta, .field, .connection, .destinationType, .generated, .symmetricHash, .constant: self
        }
    }

    /// The same with the maps that a family has at ingress.
    func inMaps(_ family: AddressFamily) -> Expression {
        switch self {
        case .lookup(let key, let map):
            .lookup(key.inMaps(family), map: IngressNames.name(of: map, family))
        case .concatenation(let fields): .concatenation(fields.map { $0.inMaps(family) })
        case .masked(let value, let mask): .masked(value.inMaps(family), mask)
        case .meta, .field, .connection, .destinationType, .generated, .symmetricHash, .constant, .hash: self
        }
    }
}

extension Rule {
    /// What a rule about the connection's mark says at ingress: the choice of a backend and the memory of clients are the
    /// same stages there.
    func atIngress(_ family: AddressFamily) -> Rule {
        Rule(statements: statements.map { $0.atIngress(family) }, comment: comment)
    }
}

extension Statement {
    fileprivate func atIngress(_ family: AddressFamily) -> Statement {
        let here = { (value: Expression) in value.withPacketMark.inMaps(family) }
        let name = { (map: String) in IngressNames.name(of: map, family) }
        return switch self {
        case .match(let left, let relation, let right): .match(here(left), relation, here(right))
        case .member(let value, let set): .member(here(value), of: name(set))
        case .notMember(let value, let set): .notMember(here(value), of: name(set))
        case .setPriority(let value): .setPriority(here(value))
        case .setConnectionMark(let value), .setPacketMark(let value): .setPacketMark(here(value))
        case .verdictMap(let value, let map): .verdictMap(here(value), map: name(map))
        case .count(let key, let set): .count(here(key), in: name(set))
        case .remember(let key, let data, let seconds, let set):
            .remember(here(key), data: data.map(here), seconds: seconds, in: name(set))
        case .forget(let key, let data, let map): .forget(here(key), data: here(data), in: name(map))
        case .verdict, .keepTo, .counter, .log, .setField, .forward, .setPacketType: self
        case .exceed, .exceedConnections, .setHelper, .queue, .offload, .translateDestination, .translateSource,
            .masquerade:
            preconditionFailure("no stage of a choice: \(self)")
        }
    }
}

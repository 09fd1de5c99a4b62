// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

extension Shape {
    /// A seed of our own: without one the kernel draws a new one whenever the rule is written, and every client moves.
    static let hashSeed: UInt32 = 0x5eed_0001

    /// The stages of a first packet, in order. A later stage (limits, sessions, logs) is one more line here.
    func rules(in family: TableFamily) -> [Rule] {
        [keepFarm] + choose(in: family) + [noBackend, countConnection, clearRegister] + translate(in: family)
    }

    /// Only the farm stays in the register: the key of its slots.
    private var keepFarm: Rule {
        Rule(.setPriority(.masked(.meta(.priority), Register.farmMask)))
    }

    private func choose(in family: TableFamily) -> [Rule] {
        let first = Rule(.setConnectionMark(slot(in: family)))
        guard !fillsAllSlots else { return [first] }
        // An empty slot: draw again, each rule with a counter of its own. The last one draws among those that are filled
        // for every set of weights, so it always hits.
        let again = [
            slot(in: family), slot(in: family), Self.slot(.generated(.increasing, modulus: slotCount.alwaysFilled)),
        ]
        return [first] + again.map { Rule(Self.unmarked, .setConnectionMark($0)) }
    }

    private func slot(in family: TableFamily) -> Expression {
        let modulus = UInt32(slotCount.rawValue)
        switch choice {
        case .turn: return Self.slot(.generated(.increasing, modulus: modulus))
        case .lot: return Self.slot(.generated(.random, modulus: modulus))
        case .hash(let fields):
            let expressions = fields.compactMap { $0.expression(in: family) }
            return Self.slot(.hash(expressions, modulus: modulus, seed: Self.hashSeed))
        }
    }

    private static func slot(_ number: Expression) -> Expression {
        .lookup(.concatenation([.meta(.priority), number]), map: Maps.slots.name)
    }

    private static let unmarked = Statement.match(.connection(.mark), .matches, .constant(.mark(0)))

    private var noBackend: Rule { Rule(Self.unmarked, .verdict(.return)) }

    private var countConnection: Rule { Rule(.count(.connection(.mark), in: Maps.newConnections.name)) }

    private var clearRegister: Rule { Rule(.setPriority(.constant(.mark(0)))) }

    /// Each backend on its own: with a port of its own, or the one the client asked for. A rule for each transport, because
    /// nft takes a port in `dnat` only where the rule says whose port it is.
    private func translate(in family: TableFamily) -> [Rule] {
        let toPort = Expression.lookup(.connection(.mark), map: Maps.toPort(family).name)
        let toAddress = Expression.lookup(.connection(.mark), map: Maps.toAddress(family).name)
        return Transport.all.map { transport in
            Rule(
                .match(.meta(.transport), .matches, .constant(.transport(transport))),
                .translateDestination(family, to: toPort))
        } + [Rule(.translateDestination(nil, to: toAddress))]
    }
}

/// Transport protocols by their numbers (IANA).
enum Transport {
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17

    /// Those that farms of this version may use.
    static let all = [tcp, udp]
}

extension PacketField {
    /// Nil for fields whose hash comes with a later version; the model refuses them.
    func expression(in family: TableFamily) -> Expression? {
        switch self {
        case .srcip: .field(family.source)
        case .dstip: .field(family.destination)
        case .srcport: .field(.sourcePort)
        case .dstport: .field(.destinationPort)
        case .srcmac, .dstmac: nil
        }
    }
}

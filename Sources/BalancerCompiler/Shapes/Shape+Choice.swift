// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// How the backend of a new connection is drawn: a number, and what stands in the farm's slot of that number.
extension Shape {
    /// A seed of our own: without one the kernel draws a new one whenever the rule is written, and every client moves.
    static let hashSeed: UInt32 = 0x5eed_0001
    /// The seed of the first step of a hash in two steps.
    private static let stepSeed: UInt32 = 0x5eed_0003

    /// nft 1.0.6 dies on a hash over more registers of fields (ruleset.md 10).
    private static let hashedWords = 10

    func choose(in family: TableFamily) -> [Rule] {
        let number: Expression
        switch choice {
        case .turn: number = .generated(.increasing, modulus: modulus)
        case .lot: number = .generated(.random, modulus: modulus)
        case .symmetricHash: number = .symmetricHash(modulus: modulus)
        case .hash(let fields): return choose(by: fields, in: family)
        case .proxy: return []
        }
        let first = draw(number)
        guard !fillsAllSlots else { return [first] }
        // An empty slot: draw again, each rule with a counter of its own. The last one draws among those that are filled
        // for every set of weights, so it always hits.
        return [first] + [number, number, .generated(.increasing, modulus: slotCount.alwaysFilled)].map(again)
    }

    private var modulus: UInt32 { UInt32(slotCount.rawValue) }

    /// A client that is known again has its mark already.
    private func draw(_ number: Expression) -> Rule {
        persistence == nil ? Rule(.setConnectionMark(Self.slot(number))) : again(number)
    }

    private func again(_ number: Expression) -> Rule { Rule(Self.unmarked, .setConnectionMark(Self.slot(number))) }

    private static func slot(_ number: Expression) -> Expression {
        .lookup(.concatenation([.meta(.priority), number]), map: Maps.slots.name)
    }

    // MARK: Hashes

    private func choose(by fields: [PacketField], in family: TableFamily) -> [Rule] {
        let others = fields.filter { !$0.isHardwareAddress }
        guard others.count < fields.count else { return hash(fields, in: family) }
        // What comes from the balancer itself or through a tunnel has no hardware address, and a rule that asks for one ends
        // there.
        return hash(fields, in: family) + [again(number(others.isEmpty ? [.srcip] : others, in: family))]
    }

    private func hash(_ fields: [PacketField], in family: TableFamily) -> [Rule] {
        let words = fields.reduce(0) { $0 + $1.words(in: family) }
        guard words > Self.hashedWords else { return [draw(number(fields, in: family))] }
        // Two steps: the addresses' hash waits in the connection's mark, with a bit that no backend's mark has, for the hash
        // of all. Where no slot is filled it must not stay.
        let step = Expression.hash(
            fields.filter(\.isAddress).map { $0.expression(in: family) }, modulus: BackendMark.scratch,
            seed: Self.stepSeed, offset: BackendMark.scratch)
        let rest = [.connection(.mark)] + fields.filter { !$0.isAddress }.map { $0.expression(in: family) }
        let isScratch = Statement.match(
            .masked(.connection(.mark), BackendMark.scratch), .equal, .constant(.mark(BackendMark.scratch)))
        return [
            Rule(Self.unmarked, .setConnectionMark(step)),
            Rule(
                isScratch,
                .setConnectionMark(Self.slot(.hash(rest, modulus: modulus, seed: Self.hashSeed)))),
            Rule(isScratch, .setConnectionMark(.constant(.mark(0)))),
        ]
    }

    private func number(_ fields: [PacketField], in family: TableFamily) -> Expression {
        .hash(fields.map { $0.expression(in: family) }, modulus: modulus, seed: Self.hashSeed)
    }
}

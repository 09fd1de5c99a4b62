// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// Walks a packet through the chains, sets and maps of a ruleset, as the kernel would, and says what becomes of it.
///
/// Where the kernel draws a number (numgen) or hashes a flow (jhash), every number is as likely as any other: the answer is
/// a distribution. Packets that have met the same fate so far are walked on as one, so a walk costs the number of slots.
public struct PacketTracer {
    let ruleset: Ruleset

    /// Walks through a ruleset.
    public init(_ ruleset: Ruleset) { self.ruleset = ruleset }

    /// What can become of a packet, the most likely first.
    public func trace(_ packet: Packet) -> [WeightedOutcome] {
        let family: TableFamily = packet.destination.count == 4 ? .ip : .ip6
        let start = Traveller(packet: packet)
        var group = [start: Fate(share: 1, trail: [])]
        guard let table = ruleset.tables[family] else { return Self.outcomes(group) }
        let hooks: [BaseChain.Hook] =
            packet.origin == .network ? [.prerouting, .postrouting] : [.output, .postrouting]
        for hook in hooks {
            let chains = table.chains.values.filter { $0.base?.hook == hook }
                .sorted { ($0.base?.priority ?? 0, $0.name) < ($1.base?.priority ?? 0, $1.name) }
            for chain in chains {
                // Hooks of kind nat see the first packet of a connection only.
                if chain.base?.kind == .nat, packet.connection != nil || packet.isInvalid { continue }
                group = Walk(table: table, packet: packet).run(chain, group)
            }
        }
        return Self.outcomes(group)
    }

    private static func outcomes(_ group: [Traveller: Fate]) -> [WeightedOutcome] {
        var merged: [Outcome: Fate] = [:]
        for (traveller, fate) in group {
            merged[traveller.outcome, default: Fate(share: 0, trail: fate.trail)].share += fate.share
        }
        // Sums of parts differ in their last digits with the order of summing: equal shares must sort by the mark.
        return merged.map { outcome, fate in
            WeightedOutcome(outcome: outcome, share: (fate.share * 1e9).rounded() / 1e9, trail: fate.trail)
        }.sorted { left, right in
            left.share == right.share
                ? left.outcome.connectionMark < right.outcome.connectionMark : left.share > right.share
        }
    }
}

/// A packet on its way: what rules can see and change of it, and where it will go on.
struct Traveller: Hashable {
    var outcome = Outcome()
    /// Where calling chains go on: chain and rule.
    var stack: [Position] = []
    var position: Position?
    /// A verdict ended this base chain.
    var isDone = false
    /// Sets of limits that have an element for it.
    var metered: [String] = []

    struct Position: Hashable {
        var chain: String
        var rule: Int
    }

    init(packet: Packet) {
        outcome.connectionMark = packet.connection?.mark ?? 0
        outcome.packetMark = packet.mark
    }
}

/// How many packets travel as one, and what the first of them met.
struct Fate {
    var share: Double
    var trail: [String]
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// Everything about a farm that rules have to say: one chain for all farms of a shape (ruleset.md 1).
///
/// The modes snat and dnat share their shapes: they differ in one bit of the backends' marks, which is data.
public struct Shape: Sendable, Hashable {
    /// How the slot of a new connection is found.
    public enum Choice: Sendable, Hashable {
        /// In turn.
        case turn
        /// By lot.
        case lot
        /// By a hash of fields of the packet.
        case hash([PacketField])
    }

    /// How the slot of a new connection is found.
    public var choice: Choice
    /// How many slots there are.
    public var slotCount: SlotCount

    /// A shape.
    public init(choice: Choice, slotCount: SlotCount) {
        self.choice = choice
        self.slotCount = slotCount
    }

    /// The chain for first packets. It is never changed: its name is a digest of its text.
    public func chain(in family: TableFamily) -> Chain {
        let rules = rules(in: family)
        var digest = Digest()
        for rule in rules { digest.combine(rule.description) }
        return Chain("s-" + digest.text.prefix(12), comment: comment, rules: rules)
    }

    /// What it is, for people: `nat rr M=61`.
    public var comment: String {
        let words: [String] =
            switch choice {
            case .turn: ["rr"]
            case .lot: ["weight"]
            case .hash(let fields): ["hash"] + fields.map(\.rawValue)
            }
        return (["nat"] + words + ["M=\(slotCount.rawValue)"]).joined(separator: " ")
    }
}

extension Shape {
    /// Whether every slot has a backend, or only as many as make exact shares.
    var fillsAllSlots: Bool {
        switch choice {
        case .turn, .lot: false
        case .hash: true
        }
    }
}

extension Shape.Choice {
    init(_ farm: Farm) {
        switch farm.scheduler {
        case .rr: self = .turn
        case .weight: self = .lot
        case .hash, .symhash: self = .hash(farm.hashFields)
        }
    }
}

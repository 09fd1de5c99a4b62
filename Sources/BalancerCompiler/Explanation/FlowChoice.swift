// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// Which backend the scheduler of a farm gives a flow that no session knows: a walk through the slots as the kernel has
/// them.
public struct FlowChoice: Sendable, Equatable {
    /// What decides.
    public enum Cause: Sendable, Equatable {
        /// A program on the balancer.
        case proxy
        /// A session: the scheduler is not asked.
        case session
        /// The kernel's hash of fields: this slot of so many.
        case hash([PacketField], slot: Int, slots: Int)
        /// A hash of fields of which some are hardware addresses, which are not known here.
        case unknownHash([PacketField])
        /// The kernel's symmetric hash: its seed is the kernel's own and nobody's to know.
        case symmetricHash
        /// A counter of the shape, which all its farms share.
        case turn
        /// A number drawn by lot.
        case lot
    }

    /// A backend and how likely it is.
    public struct Share: Sendable, Equatable {
        /// The backend's mark.
        public var mark: UInt32
        /// Of 1.
        public var share: Double
    }

    /// What decides.
    public var cause: Cause
    /// Who may get it, the most likely first; empty: nobody.
    public var shares: [Share]

    /// A client that is known goes to the backend of this mark.
    public static func session(_ mark: UInt32) -> FlowChoice {
        FlowChoice(cause: .session, shares: [Share(mark: mark, share: 1)])
    }

    /// The only backend that can get it.
    public var only: UInt32? { shares.count == 1 ? shares[0].mark : nil }
}

extension FlowChoice {
    /// The choice of a farm for a flow.
    public init(_ flow: Flow, _ part: FlowPart) {
        let (shape, slots) = (part.shape, part.slots)
        switch shape.choice {
        case .proxy: self.init(cause: .proxy, shares: [])
        case .turn: self.init(cause: .turn, shares: Self.drawn(slots, shape.slotCount))
        case .lot: self.init(cause: .lot, shares: Self.drawn(slots, shape.slotCount))
        case .symmetricHash: self.init(cause: .symmetricHash, shares: Self.even(slots))
        case .hash(let fields):
            guard let values = flow.values(of: fields) else {
                self.init(cause: .unknownHash(fields), shares: Self.even(slots))
                return
            }
            let slot = Int(
                JenkinsHash.hash(
                    SessionFields.hashedBytes(values), seed: Shape.hashSeed, modulus: UInt32(slots.count)))
            let mark = slots[slot]
            self.init(
                cause: .hash(fields, slot: slot, slots: slots.count),
                shares: mark == 0 ? [] : [Share(mark: mark, share: 1)])
        }
    }

    /// Every slot is as likely as any other.
    private static func even(_ slots: [UInt32]) -> [Share] { sorted(counts(slots), of: slots.count) }

    /// An empty slot is drawn again, twice; the last draw is among the first slots, which are filled.
    private static func drawn(_ slots: [UInt32], _ count: SlotCount) -> [Share] {
        let all = counts(slots)
        let last = counts(slots.prefix(Int(count.alwaysFilled)))
        let empty = Double(slots.count { $0 == 0 }) / Double(slots.count)
        let tries = 1 + empty + empty * empty
        return sorted(
            all.reduce(into: [:]) { shares, one in
                shares[one.key] =
                    one.value * tries + last[one.key, default: 0] * empty * empty * empty * Double(slots.count)
                    / Double(count.alwaysFilled)
            }, of: slots.count)
    }

    private static func counts(_ slots: some Sequence<UInt32>) -> [UInt32: Double] {
        slots.reduce(into: [:]) { if $1 != 0 { $0[$1, default: 0] += 1 } }
    }

    private static func sorted(_ counts: [UInt32: Double], of total: Int) -> [Share] {
        counts.map { Share(mark: $0.key, share: $0.value / Double(total)) }.sorted {
            $0.share == $1.share ? $0.mark < $1.mark : $0.share > $1.share
        }
    }
}

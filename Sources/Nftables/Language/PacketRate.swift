// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A rate of packets: a bucket of `burst` packets that fills up again at `amount` in a unit of time.
public struct PacketRate: Sendable, Hashable, CustomStringConvertible {
    /// The units of nftables.
    public enum Unit: String, Sendable, Hashable {
        /// A second.
        case second
        /// A minute.
        case minute
        /// An hour.
        case hour
        /// A day.
        case day
        /// A week.
        case week
    }

    /// How many packets; at least one.
    public var amount: UInt32
    /// In what time.
    public var unit: Unit
    /// How many at once; at least one.
    public var burst: UInt32

    /// A rate.
    public init(_ amount: UInt32, per unit: Unit, burst: UInt32) {
        precondition(amount > 0 && burst > 0, "a rate of nothing")
        self.amount = amount
        self.unit = unit
        self.burst = burst
    }

    /// As nft reads it.
    public var description: String { "\(amount)/\(unit.rawValue) burst \(burst) packets" }
}

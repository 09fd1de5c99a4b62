// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How many durations were how long, in a few buckets that never change: what a histogram is made of.
public struct DurationCounts: Sendable, Hashable {
    /// The upper bounds in nanoseconds: from a commit of one element to the load of a large configuration.
    public static let bounds: [UInt64] = [
        50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000, 500_000_000, 2_500_000_000,
    ]

    /// How many were longer than the bound before and not longer than this one; the last: longer than all bounds.
    public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All durations together, in nanoseconds.
    public private(set) var sum: UInt64 = 0

    /// None.
    public init() {}

    /// Adds one, in nanoseconds.
    mutating func add(_ duration: UInt64) {
        counts[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
        sum &+= duration
    }
}

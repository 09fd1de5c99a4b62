// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler

/// Packets that met a limit: dropped, where the farm's verdict says so. Numbers only grow, and wrap at 2⁶⁴.
public struct LimitFigures: Sendable, Hashable {
    /// First packets over `new-rtlimit`.
    public var new: UInt64 = 0
    /// RST packets over `rst-rtlimit`.
    public var resets: UInt64 = 0
    /// First packets over the farm's `est-connlimit`.
    public var established: UInt64 = 0
    /// First packets over the `est-connlimit` of a backend; of a farm: of all its backends.
    public var backends: UInt64 = 0
    /// Packets that `tcp-strict` refuses.
    public var invalid: UInt64 = 0
    /// Packets that passed because a limit had no room for their source.
    public var unmetered: UInt64 = 0

    /// Nothing.
    public init() {}

    /// Adds other figures.
    public static func += (left: inout LimitFigures, right: LimitFigures) {
        left.new &+= right.new
        left.resets &+= right.resets
        left.established &+= right.established
        left.backends &+= right.backends
        left.invalid &+= right.invalid
        left.unmetered &+= right.unmetered
    }

    /// Adds what an element of a set has counted.
    mutating func add(_ packets: UInt64, of kind: CounterSet.Kind) {
        switch kind {
        case .newHits: new &+= packets
        case .resetHits: resets &+= packets
        case .establishedHits: established &+= packets
        case .backendHits: backends &+= packets
        case .strictHits: invalid &+= packets
        case .unmetered: unmetered &+= packets
        case .newConnections, .traffic, .localConnections, .sent, .begun, .returned: break
        }
    }
}

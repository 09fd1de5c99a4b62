// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What the daemon's process knows of itself.
public struct ProcessFacts {
    /// When it started, in seconds since 1970.
    public var started: UInt64
    /// How much memory it holds now, in bytes.
    public var memory: () -> UInt64

    /// Facts of a process.
    public init(started: UInt64 = 0, memory: @escaping () -> UInt64 = { 0 }) {
        self.started = started
        self.memory = memory
    }
}

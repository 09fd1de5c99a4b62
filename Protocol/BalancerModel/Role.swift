// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a client may do: each role may all that the one before may.
public enum Role: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Look.
    case reader
    /// Take backends and farms in and out, and change weights.
    case `operator`
    /// Everything.
    case administrator

    /// The canonical order.
    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

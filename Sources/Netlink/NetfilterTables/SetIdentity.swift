// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A set or map, and how long its keys and values are.
public struct SetIdentity: Sendable, Hashable {
    /// The protocol family of the table (NFPROTO_*): 2 ip, 10 ip6, 5 netdev.
    public var family: UInt8
    /// The table.
    public var table: String
    /// The set.
    public var name: String
    /// Bytes of a key as it is handed in and out. In a set of intervals that is twice what the kernel calls a key: the first
    /// key of an element and its last.
    public var keyLength: Int
    /// Bytes of a value; 0 for a set.
    public var dataLength: Int
    /// Whether an element stands for all keys between two: `flags interval`, a concatenation (pipapo) or one field (rbtree).
    public var isInterval: Bool
    /// Whether the kernel has two elements for each: see ``RangeEncoding``.
    public var hasEnds: Bool

    /// Names a set.
    public init(
        family: UInt8, table: String, name: String, keyLength: Int, dataLength: Int, isInterval: Bool = false,
        hasEnds: Bool = false
    ) {
        precondition(!hasEnds || isInterval && dataLength == 0)
        self.hasEnds = hasEnds
        precondition(!isInterval || keyLength % 2 == 0)
        self.family = family
        self.table = table
        self.name = name
        self.keyLength = keyLength
        self.dataLength = dataLength
        self.isInterval = isInterval
    }

    /// Bytes of what the kernel calls a key.
    var boundLength: Int { isInterval ? keyLength / 2 : keyLength }
}

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
    /// Bytes of a key.
    public var keyLength: Int
    /// Bytes of a value; 0 for a set.
    public var dataLength: Int

    /// Names a set.
    public init(family: UInt8, table: String, name: String, keyLength: Int, dataLength: Int) {
        self.family = family
        self.table = table
        self.name = name
        self.keyLength = keyLength
        self.dataLength = dataLength
    }
}

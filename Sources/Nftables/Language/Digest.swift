// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A 64-bit FNV-1a: the same for the same text on every machine and in every release, so it may stand in names that the
/// kernel keeps and in the store. (Fowler, Noll, Vo; constants of draft-eastlake-fnv.)
public struct Digest: Sendable, Hashable {
    /// The digest of what has been combined so far.
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The digest of nothing.
    public init() {}

    /// Adds a byte.
    @inline(__always)
    public mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// Adds a text and its end, so that two texts differ from one.
    public mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte) }
        combine(0)
    }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

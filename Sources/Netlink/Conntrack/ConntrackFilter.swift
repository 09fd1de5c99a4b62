// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Which connections are wanted. The kernel looks at all of a family's and sends those that match (Linux 6.1 to 6.18).
public struct ConntrackFilter: Sendable, Hashable {
    /// Bits that must have a value.
    public struct Bits: Sendable, Hashable {
        /// What they must be.
        public var value: UInt32
        /// Which bits.
        public var mask: UInt32

        /// Bits that must have a value.
        public init(_ value: UInt32, mask: UInt32) {
            self.value = value
            self.mask = mask
        }
    }

    /// The protocol family (NFPROTO_*): 2 or 10.
    public var family: UInt8
    /// Of the connection mark; nil: any.
    public var mark: Bits?
    /// Of the status; nil: any.
    public var status: Bits?

    /// A filter.
    public init(family: UInt8, mark: Bits? = nil, status: Bits? = nil) {
        self.family = family
        self.mark = mark
        self.status = status
    }
}

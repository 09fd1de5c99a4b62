// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A key of an ``ElementTree``: a fixed number of bits, looked at four at a time from the highest. Keys are ordered as their
/// bits are.
protocol ElementKey: Comparable, Hashable, Sendable {
    /// How many pieces of four bits there are.
    static var nibbles: Int { get }

    /// One of them, from the highest.
    func nibble(at index: Int) -> Int

    /// How many of them, from the highest, are those of another key.
    func commonNibbles(with other: Self) -> Int
}

extension ElementKey where Self: FixedWidthInteger & UnsignedInteger {
    static var nibbles: Int { bitWidth / 4 }

    func nibble(at index: Int) -> Int {
        Int(truncatingIfNeeded: self >> (Self.bitWidth - 4 - 4 * index)) & 0xF
    }

    func commonNibbles(with other: Self) -> Int { (self ^ other).leadingZeroBitCount / 4 }
}

extension UInt32: ElementKey {}
extension UInt128: ElementKey {}

/// All addresses from the first to the last.
struct AddressSpan<Bound: ElementKey>: ElementKey {
    let first: Bound
    let last: Bound

    static var nibbles: Int { 2 * Bound.nibbles }

    func nibble(at index: Int) -> Int {
        index < Bound.nibbles ? first.nibble(at: index) : last.nibble(at: index - Bound.nibbles)
    }

    func commonNibbles(with other: AddressSpan) -> Int {
        let common = first.commonNibbles(with: other.first)
        return common < Bound.nibbles ? common : common + last.commonNibbles(with: other.last)
    }

    static func < (left: AddressSpan, right: AddressSpan) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }
}

/// How long an element stays: nothing of it for one that stays for ever.
struct ElementTime: Sendable, Hashable {
    /// Seconds, as given for the element itself; 0: what the policy says.
    var seconds: UInt32 = 0
    /// When it ends, in seconds since 1970; 0: never, or not known yet.
    var deadline: Int64 = 0

    static let none = ElementTime()
}

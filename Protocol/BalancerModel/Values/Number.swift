// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A whole number with a range of its own.
public protocol BoundedNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// What a person calls such a number, with article.
    static var noun: String { get }

    /// The numbers allowed.
    static var range: ClosedRange<Int64> { get }

    /// The number.
    var number: Int64 { get }

    /// A number known to be in range.
    init(unchecked number: Int64)
}

extension BoundedNumber {
    /// The number, if it is in range.
    public init(_ number: some BinaryInteger) throws(InvalidValue) {
        guard let exact = Int64(exactly: number), Self.range.contains(exact) else {
            throw InvalidValue(
                "\(number) is out of range: \(Self.noun) is \(Self.range.lowerBound) to \(Self.range.upperBound)")
        }
        self.init(unchecked: exact)
    }

    /// The value as text.
    public var description: String { String(number) }

    /// The canonical order.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The share of a backend, 1 to 1,000,000.
public struct Weight: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a weight" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 1...1_000_000 }
    /// The weight when none is given.
    public static let one = Weight(unchecked: 1)

    /// The weight.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

/// The rank of a backend or farm, 1 (first) upwards.
public struct Priority: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a priority" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 1...2_147_483_647 }
    /// The priority when none is given, and the highest.
    public static let one = Priority(unchecked: 1)

    /// The rank.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

/// A mark given by the user: the low 27 bits of a connection mark; the upper five belong to the balancer.
public struct Mark: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a mark" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 0...0x07FF_FFFF }
    /// No mark.
    public static let none = Mark(unchecked: 0)

    /// The bits.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

/// A duration in whole seconds, 0 to 2³¹ − 1.
public struct Seconds: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a number of seconds" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 0...2_147_483_647 }

    /// The seconds.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

/// A moment, in seconds since 1970 (UTC), or 0 for none.
public struct Moment: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a moment in seconds since 1970" }
    /// The numbers allowed: to the end of the year 9999.
    public static var range: ClosedRange<Int64> { 0...253_402_300_799 }
    /// No moment.
    public static let none = Moment(unchecked: 0)

    /// The seconds.
    public let number: Int64

    /// A number known to be in range.
    public init(unchecked number: Int64) { self.number = number }
}

/// A number of packets or connections, 0 (no limit) to 2³¹ − 1.
public struct Count: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a count" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 0...2_147_483_647 }
    /// No limit.
    public static let none = Count(unchecked: 0)

    /// The count.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

/// The number of a user space queue (nfnetlink_queue), or −1 for none.
public struct QueueNumber: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "a queue" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { -1...65535 }
    /// No queue.
    public static let none = QueueNumber(unchecked: -1)

    /// The number, −1 for none.
    public let value: Int32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = Int32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

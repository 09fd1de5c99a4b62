// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A rate: so many events in a unit of time. Zero is no limit.
public struct Rate: Sendable, Hashable {
    /// The units of nftables' `limit` statement.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case second
        case minute
        case hour
        case day
        case week

        /// How long it is.
        var nanoseconds: UInt64 {
            let seconds: UInt64 =
                switch self {
                case .second: 1
                case .minute: 60
                case .hour: 3_600
                case .day: 86_400
                case .week: 604_800
                }
            return seconds * 1_000_000_000
        }
    }

    /// No limit.
    public static let none = Rate(unchecked: 0, .second)

    /// How many events.
    public let amount: UInt32

    /// In what time.
    public let unit: Unit

    private init(unchecked amount: UInt32, _ unit: Unit) {
        self.amount = amount
        self.unit = unit
    }

    /// So many events in a unit; zero in any unit is the same rate.
    public init(_ amount: some BinaryInteger, per unit: Unit) throws(InvalidValue) {
        guard let amount = UInt32(exactly: amount) else {
            throw InvalidValue("\(amount) is out of range: a rate is 0 to \(UInt32.max)")
        }
        self.init(unchecked: amount, amount == 0 ? .second : unit)
    }

    /// A rate from its text, `5/second` or `5` for the same.
    public init(_ text: String) throws(InvalidValue) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].utf8
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let amount = UInt32(parts[0]), digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let unit = parts.count == 1 ? .second : Unit(rawValue: String(parts[1]))
        else {
            throw InvalidValue(
                "\"\(text)\" is not a rate",
                hint: "write 5/second; the units are second, minute, hour, day and week")
        }
        self.init(unchecked: amount, amount == 0 ? .second : unit)
    }
}

extension Rate: CustomStringConvertible {
    /// Always with its unit: `5/second`.
    public var description: String { "\(amount)/\(unit.rawValue)" }
}

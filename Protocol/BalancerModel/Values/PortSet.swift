// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A set of ports as sorted ranges that neither overlap nor touch. The empty set stands for all ports.
public struct PortSet: Sendable, Hashable {
    /// A set of one range, by far the most common, needs no array.
    private enum Storage: Sendable, Hashable {
        case all
        case one(first: UInt16, last: UInt16)
        case several([ClosedRange<UInt16>])
    }

    private var storage: Storage

    /// All ports.
    public static let all = PortSet()

    /// All ports, written as the empty list.
    public init() {
        storage = .all
    }

    /// One port.
    public init(_ port: Port) {
        storage = .one(first: port.number, last: port.number)
    }

    /// The union of some ranges; a range that begins with 0 is refused.
    public init(_ ranges: [ClosedRange<UInt16>]) throws(InvalidValue) {
        var merged: [ClosedRange<UInt16>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.lowerBound > 0 else { throw InvalidValue("0 is not a port; ports are 1 to 65535") }
            if let last = merged.last, UInt32(range.lowerBound) <= UInt32(last.upperBound) + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        switch merged.count {
        case 0: storage = .all
        case 1: storage = .one(first: merged[0].lowerBound, last: merged[0].upperBound)
        default: storage = .several(merged)
        }
    }

    /// A range from its text `A-B` with `A` ≤ `B`.
    public static func range(_ text: String) throws(InvalidValue) -> ClosedRange<UInt16> {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt16? in
            let digits = part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return digits && part.first != UInt8(ascii: "0") ? UInt16(Substring(part)) : nil
        }
        guard parts.count == 2, numbers.count == 2 else {
            throw InvalidValue("\"\(text)\" is not a range of ports", hint: "write [80, \"8080-8090\"]")
        }
        guard numbers[0] <= numbers[1] else { throw InvalidValue("the range \"\(text)\" is reversed") }
        return numbers[0]...numbers[1]
    }

    /// Whether this is all ports.
    public var isAll: Bool { storage == .all }

    /// The ranges in ascending order; none for all ports.
    public var ranges: [ClosedRange<UInt16>] {
        switch storage {
        case .all: []
        case .one(let first, let last): [first...last]
        case .several(let ranges): ranges
        }
    }

    /// How many ports these are; 65535 for all ports.
    public var count: Int {
        switch storage {
        case .all: Int(UInt16.max)
        case .one(let first, let last): Int(last) - Int(first) + 1
        case .several(let ranges): ranges.reduce(0) { $0 + $1.count }
        }
    }

    /// Whether the port is one of these.
    public func contains(_ port: Port) -> Bool {
        switch storage {
        case .all: true
        case .one(let first, let last): (first...last).contains(port.number)
        case .several(let ranges): ranges.contains { $0.contains(port.number) }
        }
    }

    /// Calls the body with each port in ascending order; not once for all ports.
    public func forEachPort<Failure: Error>(_ body: (Port) throws(Failure) -> Void) throws(Failure) {
        for range in ranges {
            for number in range {
                guard let port = try? Port(number) else { continue }
                try body(port)
            }
        }
    }
}

extension PortSet: CustomStringConvertible {
    /// `80,8080-8090`, or `all`.
    public var description: String {
        if isAll { return "all" }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}

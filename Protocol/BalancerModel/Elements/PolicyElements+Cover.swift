// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Addresses from a first to a last one that ranges of a policy cover.
public struct CoveredRange: Sendable, Hashable, Comparable {
    /// The first.
    public let first: IPAddress
    /// The last.
    public let last: IPAddress

    /// By the first address.
    public static func < (left: CoveredRange, right: CoveredRange) -> Bool { left.first < right.first }
}

extension PolicyElements {
    /// What prefixes and ranges cover, as ranges that neither overlap nor touch, in order.
    public var coveredRanges: [CoveredRange] {
        var result: [CoveredRange] = []
        result.reserveCapacity(rangeCount)
        func add(_ range: AddressRange) {
            if let last = result.last, last.last.family == range.family,
                range.first <= last.last || range.first == last.last.successor
            {
                result[result.count - 1] = CoveredRange(first: last.first, last: Swift.max(last.last, range.last))
            } else {
                result.append(CoveredRange(first: range.first, last: range.last))
            }
        }
        // In the order of their first addresses.
        for (key, _) in ranges4.slice(from: 0, limit: ranges4.count) { add(AddressRange(key)) }
        for (key, _) in ranges6.slice(from: 0, limit: ranges6.count) { add(AddressRange(key)) }
        return result
    }

    /// The single addresses at some places of their order.
    public func hosts(at places: Range<Int>) -> [IPAddress] {
        slice(from: places.lowerBound, limit: Swift.min(places.upperBound, hostCount) - places.lowerBound).map(
            \.data.first)
    }
}

extension IPAddress {
    /// The address behind this one; nil: it is the last.
    fileprivate var successor: IPAddress? {
        switch self {
        case .v4(let value): value == .max ? nil : .v4(value + 1)
        case .v6(let high, let low):
            low < .max ? .v6(high: high, low: low + 1) : high < .max ? .v6(high: high + 1, low: 0) : nil
        }
    }
}

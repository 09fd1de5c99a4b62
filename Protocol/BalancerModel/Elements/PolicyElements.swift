// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The elements of a policy: a set, whatever the order in which they came. Hosts and ranges are kept apart, in the order of
/// their addresses.
///
/// Versions share what they have in common, so a policy of a million hosts is copied and changed at the cost of what changes.
/// Elements may overlap; the kernel gets what they cover together.
public struct PolicyElements: Sendable, Hashable {
    /// Most single addresses of one policy. As hosts of a hash set in the kernel they take some 100 bytes each.
    public static let maximumHosts = 2_097_152

    /// Most prefixes and ranges of one policy. A change of a range costs the kernel time in proportion to how many there
    /// are (20 ms at 100,000; limits.md A3).
    public static let maximumRanges = 65_536

    var hosts4 = ElementTree<UInt32>()
    var hosts6 = ElementTree<UInt128>()
    var ranges4 = ElementTree<AddressSpan<UInt32>>()
    var ranges6 = ElementTree<AddressSpan<UInt128>>()

    /// None.
    public init() {}

    /// These; of two that cover the same addresses the later one.
    public init(_ elements: some Sequence<PolicyElement>) {
        for element in elements { set(element) }
    }

    /// How many there are.
    public var count: Int { hostCount + rangeCount }

    /// How many are single addresses.
    public var hostCount: Int { hosts4.count + hosts6.count }

    /// How many are prefixes or ranges.
    public var rangeCount: Int { ranges4.count + ranges6.count }

    /// Whether there is none.
    public var isEmpty: Bool { count == 0 }

    /// When the first of them ends, in seconds since 1970; nil: none does.
    public var earliestDeadline: Int64? {
        [hosts4.earliestDeadline, hosts6.earliestDeadline, ranges4.earliestDeadline, ranges6.earliestDeadline]
            .compactMap { $0 }.min()
    }

    /// The element that covers exactly these addresses.
    public subscript(data: AddressRange) -> PolicyElement? {
        let time: ElementTime? =
            switch data.place {
            case .host4(let key): hosts4[key]
            case .host6(let key): hosts6[key]
            case .range4(let key): ranges4[key]
            case .range6(let key): ranges6[key]
            }
        return time.map { PolicyElement(data: data, $0) }
    }

    /// Adds an element, in place of the one that covers the same addresses if there is one: that one.
    @discardableResult
    public mutating func set(_ element: PolicyElement) -> PolicyElement? {
        let time = element.elementTime
        let before: ElementTime? =
            switch element.data.place {
            case .host4(let key): hosts4.set(key, time)
            case .host6(let key): hosts6.set(key, time)
            case .range4(let key): ranges4.set(key, time)
            case .range6(let key): ranges6.set(key, time)
            }
        return before.map { PolicyElement(data: element.data, $0) }
    }

    /// Removes the element that covers exactly these addresses; false: there is none.
    @discardableResult
    public mutating func remove(_ data: AddressRange) -> Bool {
        switch data.place {
        case .host4(let key): hosts4.remove(key)
        case .host6(let key): hosts6.remove(key)
        case .range4(let key): ranges4.remove(key)
        case .range6(let key): ranges6.remove(key)
        }
    }

    /// Removes all.
    public mutating func removeAll() { self = PolicyElements() }

    /// An element that is not of a family; nil: all are.
    func stranger(to family: AddressFamily) -> AddressRange? {
        switch family {
        case .ipv4:
            hosts6.slice(from: 0, limit: 1).first.map { AddressRange(host: $0.key) }
                ?? ranges6.slice(from: 0, limit: 1).first.map { AddressRange($0.key) }
        case .ipv6:
            hosts4.slice(from: 0, limit: 1).first.map { AddressRange(host: $0.key) }
                ?? ranges4.slice(from: 0, limit: 1).first.map { AddressRange($0.key) }
        }
    }
}

extension PolicyElements: Sequence {
    /// The elements from a place on, at most so many. The order is that of the sequence.
    public func slice(from start: Int, limit: Int) -> [PolicyElement] {
        var result: [PolicyElement] = []
        var start = start
        func take<Key>(_ tree: ElementTree<Key>, _ range: (Key) -> AddressRange) {
            for (key, time) in tree.slice(from: start, limit: limit - result.count) {
                result.append(PolicyElement(data: range(key), time))
            }
            start = Swift.max(0, start - tree.count)
        }
        take(hosts4) { AddressRange(host: $0) }
        take(hosts6) { AddressRange(host: $0) }
        take(ranges4) { AddressRange($0) }
        take(ranges6) { AddressRange($0) }
        return result
    }

    /// The elements: hosts, then ranges, in the order of their addresses.
    public struct Iterator: IteratorProtocol {
        fileprivate let elements: PolicyElements
        private var page: ArraySlice<PolicyElement> = []
        private var position = 0

        fileprivate init(_ elements: PolicyElements) { self.elements = elements }

        /// The next element.
        public mutating func next() -> PolicyElement? {
            if page.isEmpty {
                page = elements.slice(from: position, limit: 1024)[...]
                position += page.count
            }
            return page.popFirst()
        }
    }

    /// The elements: hosts, then ranges, in the order of their addresses.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// How many there are.
    public var underestimatedCount: Int { count }
}

extension PolicyElements {
    /// An element that differs between two versions.
    public struct Difference: Sendable, Hashable {
        /// What it covers.
        public var data: AddressRange
        /// How it was; nil: it is new.
        public var before: PolicyElement?
        /// How it is; nil: it is gone.
        public var after: PolicyElement?
    }

    /// Calls `body` for each element that differs from an older version, at the cost of what differs.
    public func forEachDifference(from old: PolicyElements, _ body: (Difference) -> Void) {
        func compare<Key>(_ old: ElementTree<Key>, _ new: ElementTree<Key>, _ range: (Key) -> AddressRange) {
            new.forEachDifference(from: old) { key, before, after in
                let data = range(key)
                body(
                    Difference(
                        data: data, before: before.map { PolicyElement(data: data, $0) },
                        after: after.map { PolicyElement(data: data, $0) }))
            }
        }
        compare(old.hosts4, hosts4) { AddressRange(host: $0) }
        compare(old.hosts6, hosts6) { AddressRange(host: $0) }
        compare(old.ranges4, ranges4) { AddressRange($0) }
        compare(old.ranges6, ranges6) { AddressRange($0) }
    }

    /// The elements that end at a moment or before it.
    public func due(at moment: Int64) -> [AddressRange] {
        hosts4.due(at: moment).map { AddressRange(host: $0) } + hosts6.due(at: moment).map { AddressRange(host: $0) }
            + ranges4.due(at: moment).map { AddressRange($0) } + ranges6.due(at: moment).map { AddressRange($0) }
    }
}

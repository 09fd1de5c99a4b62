// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Objects by name, in order of creation. Finding, changing, adding, removing and renaming one cost amortised O(1).
///
/// A removed object leaves a hole until half of the places are holes. Each object has a position that only grows: a
/// cursor is the position of the last object seen, and stays good whatever is added and removed meanwhile.
public struct OrderedTable<Value: Sendable>: Sendable {
    fileprivate struct Entry: Sendable {
        var position: UInt64
        var name: Name
        var value: Value
    }

    private var entries: [Entry?] = []
    private var indices: [Name: Int] = [:]
    private var nextPosition: UInt64 = 1

    /// An empty table.
    public init() {}

    /// How many objects there are.
    public var count: Int { indices.count }

    /// Whether there is none.
    public var isEmpty: Bool { indices.isEmpty }

    /// The names in order of creation.
    public var names: [Name] { entries.compactMap { $0?.name } }

    /// The object of a name.
    public subscript(name: Name) -> Value? {
        indices[name].flatMap { entries[$0]?.value }
    }

    /// Whether there is an object of this name.
    public func contains(_ name: Name) -> Bool { indices[name] != nil }

    /// The position of an object: greater than that of all created before it.
    public func position(of name: Name) -> UInt64? {
        indices[name].flatMap { entries[$0]?.position }
    }

    /// The next objects after a position, at most `limit`; for listing in pages.
    public func page(after position: UInt64 = 0, limit: Int) -> [(position: UInt64, value: Value)] {
        var page: [(position: UInt64, value: Value)] = []
        var index = firstIndex(after: position)
        while index < entries.count, page.count < limit {
            if let entry = entries[index] { page.append((entry.position, entry.value)) }
            index += 1
        }
        return page
    }

    /// Replaces the object of a name, or adds it at the end.
    public mutating func set(_ value: Value, for name: Name) {
        if let index = indices[name] {
            entries[index]?.value = value
            return
        }
        indices[name] = entries.count
        entries.append(Entry(position: nextPosition, name: name, value: value))
        nextPosition += 1
    }

    /// Removes the object of a name.
    public mutating func remove(_ name: Name) {
        guard let index = indices.removeValue(forKey: name) else { return }
        entries[index] = nil
        if entries.count > 16, indices.count * 2 < entries.count { fillHoles() }
    }

    /// Gives objects other names at once (two may swap theirs); each keeps its place and position. No new name may be that
    /// of an object which keeps its name.
    public mutating func rename(_ names: [(from: Name, to: Name)]) {
        let places = names.map { indices.removeValue(forKey: $0.from) }
        for (place, name) in zip(places, names) {
            guard let place else { continue }
            indices[name.to] = place
            entries[place]?.name = name.to
        }
    }

    /// Makes room for so many objects.
    public mutating func reserveCapacity(_ capacity: Int) {
        entries.reserveCapacity(capacity)
        indices.reserveCapacity(capacity)
    }

    private mutating func fillHoles() {
        entries.removeAll { $0 == nil }
        for (index, entry) in entries.enumerated() {
            if let entry { indices[entry.name] = index }
        }
    }

    /// The first place whose object may come after a position. Holes know no position: the search steps over them to the
    /// right, and there are never more holes than objects but for a few.
    private func firstIndex(after position: UInt64) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            var probe = middle
            while probe < high, entries[probe] == nil { probe += 1 }
            if probe == high {
                high = middle
            } else if let entry = entries[probe], entry.position <= position {
                low = probe + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

extension OrderedTable: Sequence {
    /// The objects in order of creation.
    public struct Iterator: IteratorProtocol {
        fileprivate var entries: IndexingIterator<[Entry?]>

        /// The next object.
        public mutating func next() -> Value? {
            while let entry = entries.next() {
                if let entry { return entry.value }
            }
            return nil
        }
    }

    /// The objects in order of creation.
    public func makeIterator() -> Iterator { Iterator(entries: entries.makeIterator()) }

    /// How many objects there are.
    public var underestimatedCount: Int { count }
}

extension OrderedTable where Value: Equatable {
    /// Whether both hold equal objects by the same names, in whatever order they were created.
    public func hasSameValues(as other: OrderedTable) -> Bool {
        count == other.count && entries.allSatisfy { entry in entry.map { other[$0.name] == $0.value } ?? true }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// All that stands in our tables, as a value: what the kernel would hold.
///
/// Applying a transaction or a script to it behaves as the kernel does (checked against it by one contract suite): what
/// exists, what is missing, what is in use, all of it or nothing. Tests, the tracer of packets and the laws of the
/// difference stand on it; the daemon itself never holds one.
public struct Ruleset: Sendable, Hashable {
    /// One table.
    public struct Table: Sendable, Hashable {
        /// Its comment: the id of its owner.
        public var comment: String?
        /// Whether its chains see no packets.
        public var isDormant = false
        /// Its helpers.
        public var helpers: Set<HelperObject> = []
        /// Its flow tables.
        public var flowTables: [String: FlowTable] = [:]
        /// Its chains.
        public var chains: [String: Chain] = [:]
        /// Its sets and maps.
        public var sets: [String: SetContents] = [:]

        /// An empty table.
        public init(comment: String? = nil) { self.comment = comment }
    }

    /// A set and what is in it.
    public struct SetContents: Sendable, Hashable {
        /// What it is.
        public var declaration: SetDeclaration
        /// Keys and data; empty data in a set without.
        public var elements: [[UInt8]: [UInt8]] = [:]
        /// The times of elements that were added with one of their own. Nothing here passes time.
        public internal(set) var lifetimes: [[UInt8]: Lifetime] = [:]
        /// What elements have counted: told by a test, or by a tracer of packets.
        public var counts: [[UInt8]: PacketCount] = [:]
        /// The elements of a verdict map.
        public var verdicts: [UInt32: Verdict] = [:]

        /// An empty set.
        public init(_ declaration: SetDeclaration) { self.declaration = declaration }

        /// The key of the element by which the kernel would take this key to be there: in a set of intervals one that
        /// covers its first key, whatever its last.
        func present(_ key: [UInt8]) -> [UInt8]? {
            if elements[key] != nil { return key }
            guard declaration.isInterval else { return nil }
            return covering(key.prefix(key.count / 2))
        }

        /// Whether the last key of a new interval is covered already. That one within the new interval is not found is the
        /// kernel's manner.
        func overlaps(_ key: [UInt8]) -> Bool {
            declaration.isInterval && covering(key.suffix(key.count / 2)) != nil
        }

        /// The interval that covers a single key.
        func covering(_ single: ArraySlice<UInt8>) -> [UInt8]? {
            elements.keys.first { both in
                var start = 0
                return declaration.keyFields.allSatisfy { field in
                    let range = start..<start + field.length
                    start = range.upperBound
                    // Addresses and ports are in network order: the order of their bytes is that of their values.
                    let value = single.dropFirst(range.lowerBound).prefix(field.length)
                    let first = both[range]
                    let last = both.dropFirst(both.count / 2 + range.lowerBound).prefix(field.length)
                    return !value.lexicographicallyPrecedes(first) && !last.lexicographicallyPrecedes(value)
                }
            }
        }
    }

    /// The tables that are there.
    public var tables: [TableFamily: Table] = [:]

    /// No tables.
    public init() {}

    /// A set and what is in it.
    public subscript(set: SetReference) -> SetContents? { tables[set.family]?.sets[set.name] }

    /// All elements of a set, in the order of their keys.
    public func elements(of set: SetReference) -> ElementList? {
        guard let contents = self[set] else { return nil }
        var list = contents.declaration.list(in: set.family)
        for (key, data) in contents.elements.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            list.append(key: key, data: data)
        }
        return list
    }

    /// What the kernel would answer about it, with digests of the text instead of the kernel's expressions.
    public var inventory: KernelInventory {
        KernelInventory(
            tables: tables.mapValues { table in
                let verdictMaps = table.sets.filter { $0.value.declaration.data == .verdict }
                var result = KernelInventory.Table(
                    comment: table.comment, helpers: Set(table.helpers.map(\.name)), flowTables: table.flowTables,
                    chains: table.chains.mapValues(\.digest),
                    sets: table.sets.mapValues(\.declaration.digest),
                    verdicts: verdictMaps.mapValues { contents in
                        Dictionary(
                            uniqueKeysWithValues: contents.verdicts.map {
                                (ElementBytes.bytes($0.key), InstalledVerdict($0.value))
                            })
                    })
                result.isDormant = table.isDormant
                result.forms = table.sets.mapValues { SetForm($0.declaration) }
                return result
            })
    }
}

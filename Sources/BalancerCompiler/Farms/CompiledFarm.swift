// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// A farm as elements: everything of it that stands in the kernel's maps, in compact form.
public struct CompiledFarm: Sendable, Hashable {
    /// The farm's number.
    public let number: UInt16
    /// Its part in `ip nftlb`.
    public internal(set) var ip: CompiledFragment?
    /// Its part in `ip6 nftlb`.
    public internal(set) var ip6: CompiledFragment?

    init(number: UInt16) { self.number = number }

    /// Its part in the table of a family.
    public subscript(family: TableFamily) -> CompiledFragment? {
        switch family {
        case .ip: ip
        case .ip6: ip6
        case .netdev: nil
        }
    }

    /// Whether one of its elements has this key.
    public func contains(_ set: SetReference, key: [UInt8]) -> Bool {
        var bins = ElementBins()
        guard let fragment = self[set.family], let map = MapKind(name: set.name) else { return false }
        bins.add(fragment, number: number, family: set.family)
        guard let list = bins[map, set.family] else { return false }
        return (0..<list.count).contains { list.key(at: $0).elementsEqual(key) }
    }

    /// All its elements, a list for each set.
    public var elements: [ElementList] {
        var bins = ElementBins()
        for family in [TableFamily.ip, .ip6] {
            if let fragment = self[family] { bins.add(fragment, number: number, family: family) }
        }
        return bins.lists
    }

    /// Appends all its elements to lists of the same sets.
    public func append(to bins: inout ElementBins) {
        for family in [TableFamily.ip, .ip6] {
            if let fragment = self[family] { bins.add(fragment, number: number, family: family) }
        }
    }
}

/// The part of a farm in one table.
public struct CompiledFragment: Sendable, Hashable {
    /// Shape and farm: what `services` says about its addresses.
    public internal(set) var register: UInt32
    /// Its addresses; none while the farm is not up.
    public internal(set) var entries: [Entry]
    /// Its backends that are not down.
    public internal(set) var backends: [Target]
    /// The mark in each slot, 0 for an empty one.
    public internal(set) var slots: [UInt32]

    /// An address, port and transport of the farm.
    public struct Entry: Sendable, Hashable {
        /// The address; nil: any of the balancer.
        public var address: IPAddress?
        /// The port.
        public var port: UInt16
        /// The transport's number.
        public var transport: UInt8
        /// Whether it is for clients on the balancer itself.
        public var isLocal: Bool
    }

    /// A backend.
    public struct Target: Sendable, Hashable {
        /// The connection mark that means it.
        public var mark: UInt32
        /// Where connections go.
        public var address: IPAddress
        /// Its port, 0: the one that the client asked for.
        public var port: UInt16
        /// Where they seem to come from; nil: their own source, or masqueraded if the mark says so.
        public var source: IPAddress?
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// A map or set that the daemon fills: what a start compares with the kernel.
public struct DataMap: Sendable, Hashable {
    /// Which one.
    public var set: SetReference
    /// Bytes of a key.
    public var keyLength: Int
    /// Bytes of the data.
    public var dataLength: Int
    /// See ``Nftables/SetReference/isDecisive``.
    public var isDecisive: Bool { self.set.isDecisive }
}

extension SetReference {
    /// Whether it decides who gets a packet at all; the slots may be compared afterwards (design.md D6).
    public var isDecisive: Bool { name != Maps.slots.name }
}

extension Skeleton {
    /// The maps and sets that the daemon fills, except the stamp.
    public var dataMaps: [DataMap] {
        features.sorted { $0.key < $1.key }.flatMap { family, features in
            let own = Set(MapKind.allCases.map { $0.declaration(in: family).name })
            return Maps.all(in: family, features: features).filter { own.contains($0.name) }.map {
                DataMap(
                    set: SetReference(family: family, name: $0.name), keyLength: $0.keyLength,
                    dataLength: $0.dataLength)
            }
        }
    }
}

extension Skeleton {
    /// The keys under which traffic may have made counters for backends with these numbers, in each table: with and without
    /// the masquerade bit, in both directions.
    public func counterKeys(ofBackends numbers: [UInt32]) -> [ElementList] {
        features.keys.sorted().flatMap { family in
            var connections = Maps.newConnections.list(in: family)
            var traffic = Maps.traffic.list(in: family)
            for number in numbers {
                for mark in [number, number | BackendMark.masquerade] {
                    connections.append(words: mark)
                    for direction: UInt32 in [0, 1] { traffic.append(words: direction, mark) }
                }
            }
            return [connections, traffic]
        }
    }
}

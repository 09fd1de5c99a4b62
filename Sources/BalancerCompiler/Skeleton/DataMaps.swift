// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import Nftables

/// A map or set that the daemon fills: what a start compares with the kernel.
public struct DataMap: Sendable, Hashable {
    /// Which one, and how its elements lie in a list.
    public var form: ElementForm
    /// Which one.
    public var set: SetReference { form.set }
    /// See ``Nftables/SetReference/isDecisive``.
    public var isDecisive: Bool { self.set.isDecisive }
}

extension SetReference {
    /// Whether it decides who gets a packet at all; the slots may be compared afterwards (design.md D6), and the elements of
    /// policies, of which there may be a million.
    public var isDecisive: Bool { !Self.slots.contains(name) && PolicySets.number(ofElements: name) == nil }

    private static let slots = Set(AddressFamily.allCases.map { IngressMaps.slots($0).name } + [Maps.slots.name])
}

extension Skeleton {
    /// The maps and sets that the daemon fills, except the stamp.
    public var dataMaps: [DataMap] {
        features.sorted { $0.key < $1.key }.flatMap { family, features in
            if family == .netdev { return filledAtIngress(features) }
            let own = Set(MapKind.allCases.map { $0.declaration(in: family).name })
            let maps = Maps.all(in: family, features: features).filter { own.contains($0.name) }
            let ofShapes = setsOfShapes(in: family).filter { Maps.ofShapes(named: $0.name, in: family) != nil }
            let guarded =
                features.contains(.addressPolicies) ? GuardedMap.allCases.map { $0.declaration(in: family) } : []
            let policies = (self.policies[family] ?? []).sorted().flatMap { number in
                PolicySets.filled(number, family)
            }
            return (maps + ofShapes + guarded + policies).map { DataMap(form: $0.form(in: family)) }
        }
    }

    /// Those that are installed besides, for an earlier configuration: a daemon that ended before its sweep has left elements
    /// there, of numbers that are given again.
    public func formerMaps(in installed: KernelInventory) -> [DataMap] {
        let present = Set(dataMaps.map(\.set))
        return installed.tables.sorted { $0.key < $1.key }.flatMap { family, table in
            table.sets.keys.sorted().compactMap { name -> DataMap? in
                guard !present.contains(SetReference(family: family, name: name)),
                    let declaration = Self.filled(named: name, in: family), table.sets[name] == declaration.digest
                else { return nil }
                return DataMap(form: declaration.form(in: family))
            }
        }
    }

    private static func filled(named name: String, in family: TableFamily) -> SetDeclaration? {
        if let ofShapes = Maps.ofShapes(named: name, in: family) { return ofShapes }
        if family == .netdev { return IngressMaps.filled(features: .all).first { $0.name == name } }
        return GuardedMap.allCases.lazy.map { $0.declaration(in: family) }.first { $0.name == name }
    }

    private func filledAtIngress(_ features: Features) -> [DataMap] {
        let ofShapes = setsOfShapes(in: .netdev).filter { !$0.isDynamic && $0.data != .verdict }
        let policies = ingressPolicies.flatMap(\.filled).sorted { $0.name < $1.name }
        return (IngressMaps.filled(features: features) + ofShapes + policies).map {
            DataMap(form: $0.form(in: .netdev))
        }
    }

    /// The maps and sets that stand for the sake of shapes, lines and limits, in the order of their names.
    func setsOfShapes(in family: TableFamily) -> [SetDeclaration] {
        var all = shapes.shapes(in: family).keys.flatMap { $0.sets(in: family) }
        if family == .netdev { all += shapes.atIngress.keys.flatMap(\.sets) }
        if !shapes.lines(in: family).isEmpty { all.append(Maps.logs) }
        for limit in shapes.backendLimits(in: family).keys { all += limit.sets(in: family) }
        return Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }).values
            .sorted { $0.name < $1.name }
    }
}

extension Skeleton {
    /// The keys under which traffic may have made counters for backends with these numbers, in each table: with every flag
    /// that a mark can have, in both directions.
    public func counterKeys(ofBackends numbers: [UInt32]) -> [ElementList] {
        features.keys.sorted().flatMap { family -> [ElementList] in
            if family == .netdev {
                return [IngressMaps.sent, IngressMaps.begun, IngressMaps.returned].map { set in
                    var list = set.list(in: family)
                    for number in numbers {
                        list.append(words: number)
                        list.append(words: number | BackendMark.carried)
                    }
                    return list
                }
            }
            var connections = Maps.newConnections.list(in: family)
            var traffic = Maps.traffic.list(in: family)
            var hits = LimitKind.backend.hits.list(in: family)
            for mark in numbers.flatMap({ BackendMark.variants(of: $0) }) {
                connections.append(words: mark)
                for direction: UInt32 in [0, 1] { traffic.append(words: direction, mark) }
                hits.append(words: mark)
            }
            for mark in numbers.flatMap({ BackendMark.proxiedVariants(of: $0) }) { connections.append(words: mark) }
            return [connections, traffic, hits]
        }
    }
}

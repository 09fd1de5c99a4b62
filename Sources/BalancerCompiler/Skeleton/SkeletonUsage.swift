// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Who uses what of the skeleton, counted, so that what its last user leaves can be collected without looking at all farms.
public struct SkeletonUsage: Sendable, Hashable {
    private var shapes: [TableFamily: [Shape: Int]] = [:]
    private var features: [TableFamily: [UInt8: Int]] = [:]

    /// Nobody uses anything.
    public init() {}

    /// A farm begins to use what it needs.
    public mutating func add(_ needs: Needs) { change(needs, by: 1) }

    /// A farm ends to use what it needed.
    public mutating func remove(_ needs: Needs) { change(needs, by: -1) }

    private mutating func change(_ needs: Needs, by step: Int) {
        for family in needs.families {
            guard let table = needs[family] else { continue }
            Self.change(&shapes[family, default: [:]], table.shape, by: step)
            for (feature, _) in Features.maps where table.features.contains(feature) {
                Self.change(&features[family, default: [:]], feature.rawValue, by: step)
            }
        }
    }

    private static func change<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key, by step: Int) {
        let count = counts[key, default: 0] + step
        precondition(count >= 0, "what is given back was taken")
        counts[key] = count == 0 ? nil : count
    }

    /// What is left of a skeleton when everything that nobody uses is taken away. Tables stay: they are empty and harmless,
    /// and their counters and numbers may be needed again.
    public func needed(of skeleton: Skeleton) -> Skeleton {
        var result = skeleton
        for family in skeleton.features.keys {
            let inUse = (features[family] ?? [:]).keys.reduce(into: Features()) { $0.insert(Features(rawValue: $1)) }
            result.features[family] = inUse
            for shape in skeleton.shapes.shapes(in: family).keys where shapes[family]?[shape] == nil {
                result.shapes.release(shape, in: family)
            }
        }
        return result
    }

    /// Whether a skeleton has something that nobody uses.
    public func hasSurplus(_ skeleton: Skeleton) -> Bool {
        skeleton.features.contains { family, present in
            let inUse = (features[family] ?? [:]).keys.reduce(into: Features()) { $0.insert(Features(rawValue: $1)) }
            return inUse != present || skeleton.shapes.shapes(in: family).count != (shapes[family]?.count ?? 0)
        }
    }
}

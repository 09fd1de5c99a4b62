// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Who uses what of the skeleton, counted, so that what its last user leaves can be collected without looking at all farms.
public struct SkeletonUsage: Sendable, Hashable {
    private var shapes: [TableFamily: [Shape: Int]] = [:]
    private var features: [TableFamily: [UInt16: Int]] = [:]
    private var lines: [TableFamily: [LogLine: Int]] = [:]
    private var backendLimits: [TableFamily: [BackendLimit: Int]] = [:]
    private var lists: [TableFamily: [PolicyList: Int]] = [:]
    private var policies: [TableFamily: [UInt32: Int]] = [:]
    private var ingressShapes: [IngressShape: Int] = [:]
    private var interfaces: [InterfaceName: Int] = [:]
    private var flowDevices: [InterfaceName: Int] = [:]
    private var ingressPolicies: [IngressPolicy: Int] = [:]
    private var clusterInterfaces: [InterfaceName: Int] = [:]

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
            change(table.features, in: family, by: step)
            for line in table.lines { Self.change(&lines[family, default: [:]], line, by: step) }
            for limit in table.backendLimits {
                Self.change(&backendLimits[family, default: [:]], limit, by: step)
            }
        }
        guard let table = needs.ingress else { return }
        for shape in table.shapes { Self.change(&ingressShapes, shape, by: step) }
        change(table.features, in: .netdev, by: step)
        for line in table.lines { Self.change(&lines[.netdev, default: [:]], line, by: step) }
    }

    private mutating func change(_ used: Features, in family: TableFamily, by step: Int) {
        for (feature, _) in Features.maps(in: family) where used.contains(feature) {
            Self.change(&features[family, default: [:]], feature.rawValue, by: step)
        }
    }

    /// A farm's packets begin to come in where they do, as it is compiled; nil: there is none.
    public mutating func add(_ farm: CompiledFarm?) {
        change(farm, by: 1)
    }

    /// They no longer come in there.
    public mutating func remove(_ farm: CompiledFarm?) {
        change(farm, by: -1)
    }

    private mutating func change(_ farm: CompiledFarm?, by step: Int) {
        for interface in farm?.ingress?.interfaces ?? [] { Self.change(&interfaces, interface, by: step) }
        for interface in farm?.flowDevices ?? [] { Self.change(&flowDevices, interface, by: step) }
    }

    /// A cluster begins to use what it needs; nil: there is none.
    public mutating func add(_ cluster: CompiledCluster?) { change(cluster, by: 1) }

    /// A cluster ends to use what it needed.
    public mutating func remove(_ cluster: CompiledCluster?) { change(cluster, by: -1) }

    private mutating func change(_ cluster: CompiledCluster?, by step: Int) {
        guard let cluster else { return }
        change(.clusters, in: .netdev, by: step)
        for interface in cluster.interfaces { Self.change(&clusterInterfaces, interface, by: step) }
    }

    /// Somebody begins to use what policies need, or who is guarded by them.
    public mutating func add(_ needs: [PolicyNeed]) { for need in needs { change(need, by: 1) } }

    /// Somebody ends to use it.
    public mutating func remove(_ needs: [PolicyNeed]) { for need in needs { change(need, by: -1) } }

    private mutating func change(_ need: PolicyNeed, by step: Int) {
        switch need {
        case .policy(let number, let family): Self.change(&policies[family, default: [:]], number, by: step)
        case .policyAtIngress(let policy): Self.change(&ingressPolicies, policy, by: step)
        case .farmList(let list, let family), .addressList(let list, let family):
            Self.change(&lists[family, default: [:]], list, by: step)
            Self.change(&features[family, default: [:]], need.features.rawValue, by: step)
        case .line(let line, let family): Self.change(&lines[family, default: [:]], line, by: step)
        }
    }

    private static func change<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key, by step: Int) {
        let count = counts[key, default: 0] + step
        precondition(count >= 0, "what is given back was taken")
        counts[key] = count == 0 ? nil : count
    }

    /// Whether somebody is guarded by a policy.
    public func isAsked(policy number: UInt32) -> Bool {
        lists.values.contains { $0.keys.contains { list in list.steps.contains { $0.policy == number } } }
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
            for line in skeleton.shapes.lines(in: family).keys where lines[family]?[line] == nil {
                result.shapes.release(line, in: family)
            }
            for limit in skeleton.shapes.backendLimits(in: family).keys where backendLimits[family]?[limit] == nil {
                result.shapes.release(limit, in: family)
            }
            for list in skeleton.lists.lists(in: family).keys where lists[family]?[list] == nil {
                result.lists.release(list, in: family)
            }
            result.policies[family] = skeleton.policies[family]?.filter { policies[family]?[$0] != nil }
        }
        for shape in skeleton.shapes.atIngress.keys where ingressShapes[shape] == nil { result.shapes.release(shape) }
        result.ingressPolicies = skeleton.ingressPolicies.filter { ingressPolicies[$0] != nil }
        result.interfaces = skeleton.interfaces.filter { interfaces[$0] != nil }
        result.clusterInterfaces = skeleton.clusterInterfaces.filter { clusterInterfaces[$0] != nil }
        result.flowDevices = skeleton.flowDevices.filter { flowDevices[$0] != nil }
        return result
    }

    /// Whether a skeleton has something that nobody uses.
    public func hasSurplus(_ skeleton: Skeleton) -> Bool {
        if skeleton.interfaces.count != interfaces.count || skeleton.shapes.atIngress.count != ingressShapes.count
            || skeleton.ingressPolicies.count != ingressPolicies.count
            || skeleton.clusterInterfaces.count != clusterInterfaces.count
            || skeleton.flowDevices.count != flowDevices.count
        {
            return true
        }
        return skeleton.features.contains { family, present in
            let inUse = (features[family] ?? [:]).keys.reduce(into: Features()) { $0.insert(Features(rawValue: $1)) }
            return inUse != present || skeleton.shapes.shapes(in: family).count != (shapes[family]?.count ?? 0)
                || skeleton.shapes.lines(in: family).count != (lines[family]?.count ?? 0)
                || skeleton.shapes.backendLimits(in: family).count != (backendLimits[family]?.count ?? 0)
                || skeleton.lists.lists(in: family).count != (lists[family]?.count ?? 0)
                || (skeleton.policies[family]?.count ?? 0) != (policies[family]?.count ?? 0)
        }
    }
}

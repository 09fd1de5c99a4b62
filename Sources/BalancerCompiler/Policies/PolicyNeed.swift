// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// A policy of a family that has sets at ingress.
public struct IngressPolicy: Sendable, Hashable {
    /// The policy's number.
    public var number: UInt32
    /// The family of its elements.
    public var family: AddressFamily

    /// Names the sets of a policy.
    public init(number: UInt32, family: AddressFamily) {
        self.number = number
        self.family = family
    }

    /// Those that the daemon fills, and the one that traffic does.
    var sets: [SetDeclaration] { filled + [PolicySets.hits(number).atIngress(family)] }

    var filled: [SetDeclaration] {
        PolicySets.filled(number, TableFamily(family)).map { $0.atIngress(family) }
    }
}

/// What policies, and who is guarded by them, require of the skeleton.
public enum PolicyNeed: Sendable, Hashable {
    /// The sets of the policy with this number.
    case policy(UInt32, TableFamily)
    /// The sets of a policy of a family in the table of farms at ingress: tables cannot share sets.
    case policyAtIngress(IngressPolicy)
    /// The chain of a list for a farm.
    case farmList(PolicyList, TableFamily)
    /// The chain of a list for an address outside of farms.
    case addressList(PolicyList, TableFamily)
    /// The chain that writes a line.
    case line(LogLine, TableFamily)

    /// The table.
    public var family: TableFamily {
        switch self {
        case .policy(_, let family), .farmList(_, let family), .addressList(_, let family), .line(_, let family):
            family
        case .policyAtIngress: .netdev
        }
    }

    /// The list.
    var list: PolicyList? {
        switch self {
        case .policy, .policyAtIngress, .line: nil
        case .farmList(let list, _), .addressList(let list, _): list
        }
    }

    var features: Features {
        switch self {
        case .policy, .policyAtIngress, .line: []
        case .farmList: .farmPolicies
        case .addressList: .addressPolicies
        }
    }
}

/// What the policies of a farm require, whatever its state.
public func policyNeeds(of farm: NumberedFarm) -> [PolicyNeed] {
    guard !farm.policies.isEmpty else { return [] }
    if farm.farm.mode.isAtIngress { return policyNeedsAtIngress(of: farm) }
    return needs(of: farm).families.flatMap { family -> [PolicyNeed] in
        guard let list = farm.policyList(in: family) else { return [] }
        return [.farmList(list, family)] + farm.lines(of: family, in: family)
    }
}

private func policyNeedsAtIngress(of farm: NumberedFarm) -> [PolicyNeed] {
    (needs(of: farm).ingress?.shapes ?? []).flatMap { shape -> [PolicyNeed] in
        let family = TableFamily(shape.family)
        guard let list = farm.policyList(in: family) else { return [] }
        return [.farmList(list, .netdev)]
            + list.steps.map { .policyAtIngress(IngressPolicy(number: $0.policy, family: shape.family)) }
            + farm.lines(of: family, in: .netdev)
    }
}

extension NumberedFarm {
    /// In the order of their names: the same declaration gives the lines the same numbers.
    fileprivate func lines(of family: TableFamily, in table: TableFamily) -> [PolicyNeed] {
        Set(policyLines(in: family).values).sorted { $0.chainName(in: table) < $1.chainName(in: table) }
            .map { .line($0, table) }
    }
}

extension Skeleton {
    /// Whether all of it is there.
    public func covers(_ needs: [PolicyNeed]) -> Bool {
        needs.allSatisfy { need in
            guard let present = features[need.family], present.isSuperset(of: need.features) else { return false }
            switch need {
            case .policy(let number, let family): return policies[family]?.contains(number) ?? false
            case .policyAtIngress(let policy): return ingressPolicies.contains(policy)
            case .farmList(let list, let family), .addressList(let list, let family):
                return lists[family, list] != nil
            case .line(let line, let family): return shapes[family, line] != nil
            }
        }
    }

    /// Adds what is required. False when there is no number left for a list or a line.
    @discardableResult
    public mutating func require(_ needs: [PolicyNeed]) -> Bool {
        for need in needs {
            features[need.family, default: []].formUnion(need.features)
            switch need {
            case .policy(let number, let family): policies[family, default: []].insert(number)
            case .policyAtIngress(let policy): ingressPolicies.insert(policy)
            case .farmList(let list, let family), .addressList(let list, let family):
                guard lists.assign(list, in: family) != nil else { return false }
            case .line(let line, let family):
                guard shapes.assign(line, in: family) != nil else { return false }
            }
        }
        return true
    }
}

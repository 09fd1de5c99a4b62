// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Policies by name, as they are once a group is done: their numbers, and what rules must know of them.
struct PolicyDirectory {
    private let configuration: Configuration
    private let numbers: SharedNumbers
    /// Those that the group changes; nil: gone.
    private var changed: [Name: NumberedPolicy?] = [:]
    /// Names of policies whose users get another list: their rules say something else of them.
    private(set) var altered: Set<Name> = []

    /// As they are acknowledged.
    init(_ engine: Engine) {
        configuration = engine.configuration
        numbers = engine.sharedNumbers
    }

    /// Notes what becomes of a policy.
    mutating func note(_ planned: PlannedPolicy) {
        let difference = planned.difference
        if let before = difference.before, changed[before.name] == nil { changed[before.name] = .some(nil) }
        guard let after = difference.after else { return }
        let numbered = NumberedPolicy(after, number: planned.number)
        changed[after.name] = numbered
        guard let before = difference.before, before.name == after.name else { return }
        if NumberedPolicy(before, number: planned.number) != numbered { altered.insert(after.name) }
    }

    /// The policies of some names, in their order.
    func policies(_ names: [Name]) -> [NumberedPolicy] {
        names.compactMap { name in
            if let known = changed[name] { return known }
            guard let policy = configuration.policies[name], let number = numbers[.policy(policy)] else { return nil }
            return NumberedPolicy(policy, number: UInt32(truncatingIfNeeded: number))
        }
    }

    /// Farms that a group does not change, and whose list of policies becomes another one all the same.
    func alteredFarms(besides delta: ConfigurationDelta) -> [ObjectDifference<Farm>] {
        Self.altered(configuration.farms, altered, besides: delta.farms) { $0.policies }
    }

    /// The same of addresses.
    func alteredAddresses(besides delta: ConfigurationDelta) -> [ObjectDifference<Address>] {
        Self.altered(configuration.addresses, altered, besides: delta.addresses) { $0.policies }
    }

    private static func altered<Value>(
        _ table: OrderedTable<Value>, _ altered: Set<Name>, besides differences: [ObjectDifference<Value>],
        _ policies: (Value) -> [Name]
    ) -> [ObjectDifference<Value>] {
        if altered.isEmpty { return [] }
        let known = Set(differences.map { $0.renamedFrom ?? $0.name })
        return table.names.filter { !known.contains($0) }.compactMap { name in
            guard let value = table[name], policies(value).contains(where: altered.contains) else { return nil }
            return ObjectDifference(name: name, before: value, after: value)
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

// What a group does with policies and with the addresses that they guard.
extension GroupPlanner {
    /// Numbers, and who gets another list; when all shared objects have their numbers.
    func planPolicies() {
        let delta = plan.delta
        for (index, difference) in delta.policies.enumerated() {
            let number = UInt32(truncatingIfNeeded: plan.shared[delta.addresses.count + index].number)
            let isReached = engine.usage.isAsked(policy: number)
            let planned = PlannedPolicy(
                difference: difference, number: number, reach: isReached ? .somebody : .nobodyBefore)
            plan.policies.append(planned)
            directory.note(planned)
        }
        farmDifferences = delta.farms + directory.alteredFarms(besides: delta)
        for difference in delta.addresses + directory.alteredAddresses(besides: delta) {
            var planned = PlannedAddress()
            if let before = difference.before, let installed = engine.guardedAddresses[before.name] {
                planned.before = (before.name, installed)
            }
            if let after = difference.after, !after.policies.isEmpty {
                planned.after = (after, InstalledAddress(after, directory.policies(after.policies)))
            }
            if planned.before != nil || planned.after != nil { plan.addresses.append(planned) }
        }
    }

    /// Adds what policies and guarded addresses need.
    func requirePolicies(of wanted: inout Skeleton) throws(BalancerError) {
        for planned in plan.policies { wanted.require(planned.needs(of: planned.difference.after)) }
        for planned in plan.addresses {
            guard let after = planned.after else { continue }
            try require(after.installed.needs, of: &wanted, at: ObjectPath(["addresses", after.address.name.text]))
        }
    }

    /// Adds what the policies of an object need.
    func require(_ needs: [PolicyNeed], of wanted: inout Skeleton, at path: ObjectPath) throws(BalancerError) {
        if needs.isEmpty || wanted.covers(needs) { return }
        guard wanted.require(needs) else {
            plan.releaseNumbers(engine)
            throw BalancerError(.limit, at: path, "there is no room for another list of policies")
        }
    }

    /// Adds the elements of policies and of the addresses that they guard.
    func compilePolicies(_ skeleton: Skeleton) {
        for index in plan.addresses.indices {
            if let after = plan.addresses[index].after {
                plan.addresses[index].after!.installed.compiled = compile(
                    after.address, after.installed.policies, lists: skeleton.lists)
            }
            changes.add(
                from: plan.addresses[index].before?.installed.compiled,
                to: plan.addresses[index].after?.installed.compiled)
        }
        for planned in plan.policies {
            changes.add(
                policy: planned.number, from: planned.difference.before, to: planned.difference.after, planned.reach)
        }
        compilePoliciesAtIngress(skeleton)
    }

    /// Farms at ingress have sets of their own: those that are there follow the policy, others begin with all of it.
    private func compilePoliciesAtIngress(_ skeleton: Skeleton) {
        let known = engine.skeleton.ingressPolicies
        for planned in plan.policies {
            guard let before = planned.difference.before,
                known.contains(IngressPolicy(number: planned.number, family: before.family)),
                before.family == planned.difference.after?.family
            else { continue }
            changes.add(
                policy: planned.number, from: before, to: planned.difference.after, .somebody, isAtIngress: true)
            plan.policiesAtIngress.append(planned)
        }
        let new = skeleton.ingressPolicies.subtracting(known)
        guard !new.isEmpty else { return }
        let changed = Dictionary(plan.policies.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, policy) in engine.numberedPolicies where changed[number] == nil {
            load(number, policy, ifIn: new)
        }
        for planned in plan.policies {
            if let policy = planned.difference.after { load(planned.number, policy, ifIn: new) }
        }
    }

    private func load(_ number: UInt32, _ policy: Policy, ifIn new: Set<IngressPolicy>) {
        guard new.contains(IngressPolicy(number: number, family: policy.family)) else { return }
        changes.add(policy: number, from: nil, to: policy, .nobodyBefore, isAtIngress: true)
    }
}

extension GroupPlan {
    /// What the switch did to policies and guarded addresses, the other way round.
    func addInverseOfPolicies(to back: inout FarmDifference) {
        for planned in addresses {
            back.add(from: planned.after?.installed.compiled, to: planned.before?.installed.compiled)
        }
        for planned in policies {
            back.add(
                policy: planned.number, from: planned.difference.after, to: planned.difference.before, .somebody)
        }
        for planned in policiesAtIngress {
            back.add(
                policy: planned.number, from: planned.difference.after, to: planned.difference.before, .somebody,
                isAtIngress: true)
        }
    }
}

extension Engine {
    /// All policies with their numbers.
    var numberedPolicies: [(number: UInt32, policy: Policy)] {
        configuration.policies.compactMap { policy in
            sharedNumbers[.policy(policy)].map { (UInt32(truncatingIfNeeded: $0), policy) }
        }
    }

    /// At a start: what guards farms and addresses, by the names that they have.
    func resolvePolicies() {
        let directory = PolicyDirectory(self)
        for farm in configuration.farms where !farm.policies.isEmpty {
            farms[farm.name]?.policies = directory.policies(farm.policies)
        }
        for address in configuration.addresses where !address.policies.isEmpty {
            guardedAddresses[address.name] = InstalledAddress(address, directory.policies(address.policies))
        }
    }

    /// A group is durable: what it planned for policies and guarded addresses is what is.
    func adoptPolicies(_ plan: GroupPlan) {
        for planned in plan.addresses {
            guard let before = planned.before else { continue }
            guardedAddresses[before.name] = nil
            usage.remove(before.installed.needs)
        }
        for planned in plan.addresses {
            guard let after = planned.after else { continue }
            guardedAddresses[after.address.name] = after.installed
            usage.add(after.installed.needs)
        }
        for planned in plan.policies {
            usage.remove(planned.needs(of: planned.difference.before))
            usage.add(planned.needs(of: planned.difference.after))
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What the kernel knows of an address outside of farms that policies guard.
struct InstalledAddress: Equatable {
    /// What guards it, in order.
    var policies: [NumberedPolicy]
    /// What it requires of the skeleton.
    var needs: [PolicyNeed]
    /// Its elements; nil only while a group or a start has not come to them, or where no policy is of its family.
    var compiled: GuardedAddress?

    init(_ address: Address, _ policies: [NumberedPolicy]) {
        self.policies = policies
        needs = policyNeeds(of: address, policies)
    }
}

/// What becomes of a guarded address in a group.
struct PlannedAddress {
    /// Nil: nothing guarded it.
    var before: (name: Name, installed: InstalledAddress)?
    /// Nil: nothing guards it.
    var after: (address: Address, installed: InstalledAddress)?
}

/// What becomes of a policy in a group.
struct PlannedPolicy {
    var difference: ObjectDifference<Policy>
    var number: UInt32
    /// Whether packets met it before.
    var reach: PolicyReach

    /// What it requires of the skeleton.
    func needs(of policy: Policy?) -> [PolicyNeed] {
        policy.map { [.policy(number, TableFamily($0.family))] } ?? []
    }
}

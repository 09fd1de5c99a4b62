// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension PolicyList {
    /// What a list makes of a flow: the policies that know it, in order, and whether the last of them drops it.
    ///
    /// - Parameter isKnown: whether the policy of a number has an address.
    public func fate(of flow: Flow, isKnown: (UInt32, IPAddress) -> Bool) -> [Step] {
        var met: [Step] = []
        for step in steps where isKnown(step.policy, step.looksAtDestination ? flow.destination : flow.source) {
            met.append(step)
            switch step.action {
            case .drop, .pass: return met
            case .count: continue
            }
        }
        return met
    }
}

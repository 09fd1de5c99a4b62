// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// What stands at interfaces goes with them: Linux deletes the base chain of an interface that is gone and takes it out of
    /// flow tables, and one that comes in its name does not get it back.
    ///
    /// - Parameters:
    ///   - changed: interfaces that are other than they were.
    ///   - before: how they were.
    func noteInterfaces(_ changed: Set<InterfaceName>, before: NetworkFacts) {
        let others = changed.filter { before.interfaces[$0]?.index != facts.interfaces[$0]?.index }
        let used = skeleton.interfaces.union(skeleton.clusterInterfaces).union(skeleton.flowDevices)
        if !others.isDisjoint(with: used) { isInstalledUnsure = true }
    }

    /// Nothing can stand at an interface that is not there.
    func followInterfaces(_ wanted: inout Skeleton) {
        wanted.interfaces = wanted.interfaces.filter { facts.interfaces[$0] != nil }
        wanted.clusterInterfaces = wanted.clusterInterfaces.filter { facts.interfaces[$0] != nil }
        wanted.flowDevices = wanted.flowDevices.filter { facts.interfaces[$0] != nil }
    }

    /// Looks what is installed, if an interface has taken some of it away.
    ///
    /// - Returns: whether something is missing.
    func mustInstallAgain(_ wanted: Skeleton) -> Bool {
        guard lookAtInstalled() else { return false }
        return !SkeletonChange(to: wanted, from: installed).script.isEmpty
    }

    /// Looks what is installed, if an interface may have taken some of it away.
    ///
    /// - Returns: whether it has looked.
    func lookAtInstalled() -> Bool {
        guard isInstalledUnsure, let kernel = try? ownInventory() else { return false }
        isInstalledUnsure = false
        installed = skeletonRecord.translate(kernel)
        return true
    }
}

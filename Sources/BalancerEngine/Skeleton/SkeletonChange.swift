// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Shapes, tables and features that a group needs and the kernel does not have yet. Additive: no packet sees it.
struct SkeletonChange {
    /// The skeleton once the script has run.
    let wanted: Skeleton
    /// What the helper is to run.
    let script: SkeletonScript
    /// What is installed then, with digests of the text.
    let installed: KernelInventory

    init(to wanted: Skeleton, from installed: KernelInventory) {
        let plan = SkeletonPlan(wanted: wanted, installed: installed)
        self.wanted = wanted
        script = plan.install
        self.installed = plan.afterInstall
    }
}

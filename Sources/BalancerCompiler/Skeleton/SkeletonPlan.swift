// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// How the skeleton that is installed becomes the one that is wanted.
///
/// Two scripts. `install` adds and rewrites; it takes nothing away and drops no rule that stands for a feature, so it may
/// run while traffic still uses what is no longer wanted. `collect` takes away what nobody uses any more, once the elements
/// that named it are gone. Both are atomic: traffic sees a chain as it was or as it will be.
public struct SkeletonPlan: Sendable, Hashable {
    /// Makes everything that is wanted be there and be right.
    public let install: SkeletonScript
    /// What is installed once `install` has run.
    public let afterInstall: KernelInventory
    /// Takes away what is not wanted. A shape goes in two steps (its verdict and its rules, then its chain): before Linux
    /// 6.2 a chain stays in use for as long as the transaction that removes its verdict (models.md 2.2); plan again.
    public let collect: SkeletonScript
    /// What is installed once `collect` has run, too.
    public let afterCollect: KernelInventory

    /// Plans.
    ///
    /// - Parameters:
    ///   - wanted: what should be there.
    ///   - installed: what is there; digests are those of the text that was installed, 0 where the kernel holds something
    ///     else.
    public init(wanted: Skeleton, installed: KernelInventory) {
        var script = SkeletonScript()
        let after = Installation.install(wanted.keepingFeatures(of: installed).render(), over: installed, &script)
        install = script
        afterInstall = after
        script = SkeletonScript()
        afterCollect = Collection.collect(wanted.render(), from: after, &script)
        collect = script
    }
}

extension Skeleton {
    /// This skeleton with the features that are installed besides: until they are collected.
    func keepingFeatures(of installed: KernelInventory) -> Skeleton {
        var result = self
        for family in features.keys {
            for (feature, map) in Features.maps(in: family) where installed.tables[family]?.sets[map] != nil {
                result.features[family]?.insert(feature)
            }
        }
        return result
    }
}

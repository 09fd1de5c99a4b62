// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What becomes of one farm in a group.
struct PlannedFarm {
    /// Declaration and identity before; nil for a new farm.
    var before: Side?
    /// Declaration and identity after; nil for a farm that goes.
    var after: Side?

    /// A farm at one time.
    struct Side {
        var farm: Farm
        var installed: InstalledFarm

        /// The backend that an element is about, else the farm.
        func path(ofMark culprit: ElementCulprit) -> ObjectPath {
            let number = BackendMark.number(of: ElementBytes.number(culprit.key))
            guard culprit.key.count == 4, let index = installed.identity.backendNumbers.firstIndex(of: number) else {
                return .farm(farm.name)
            }
            return .backend(farm.backends[index].name, of: farm.name)
        }
    }
}

/// Everything that a group will do, decided before it does anything.
struct GroupPlan {
    var delta: ConfigurationDelta
    var farms: [PlannedFarm] = []
    /// For each of them, for each of its backends afterwards, which one it was before.
    var origins: [[Int?]] = []
    /// Addresses outside of farms, and policies.
    var shared: [PlannedShared] = []
    var policies: [PlannedPolicy] = []
    /// Those of them that have sets at ingress, too.
    var policiesAtIngress: [PlannedPolicy] = []
    /// Addresses outside of farms that policies guard.
    var addresses: [PlannedAddress] = []
    /// What becomes of the cluster; nil: it stays as it is.
    var cluster: PlannedCluster?
    /// The newest revision of the group.
    var revision: UInt64
    /// Shapes and tables that are missing; nil when all are there.
    var skeleton: SkeletonChange?
    var phases: KernelPhases
    /// Where the stamp stands when the switch has been done.
    var stampAfterSwitch: StampChange?
    /// Numbers taken for this group, to give back when it fails.
    var taken = TakenNumbers()
    /// Whether a number of a shared object was taken; these are not given back.
    var hasNewShared = false
    var nextPosition: Int64
    /// Whether it only compiles farms again, because of the facts that they were made of: nothing is declared, and no revision
    /// is made.
    var isRecompilation = false
    /// Other numbers for backends of farms that are compiled again: these are stored.
    var renumbering: Renumbering?
    /// Backends, by number, whose connections end with it.
    var cuts: Set<UInt32> = []
    /// What the store is to say of backends whose connections are to be cut; nil: what it says.
    var storedCuts: Set<UInt32>?
    /// What it leaves to be done, and what is done of earlier ones.
    var leftovers = PlannedLeftovers()
    /// What the store is to say of numbers that backends had before; nil: what it says.
    var storedHeirs: [UInt32: UInt32]?

    var extent: ChangeGroup.Extent {
        ChangeGroup.Extent(
            needsSkeleton: skeleton != nil, prepares: phases.prepares.count,
            needsSwitch: !phases.switchOver.isEmpty, sweeps: phases.sweeps.count,
            isStored: !isRecompilation || renumbering != nil || skeleton != nil)
    }

    /// What is taken away when no other group comes in time.
    var sweepOfDeferred: Transaction {
        var stamp = stampAfterSwitch
        stamp?.target = UInt32(truncatingIfNeeded: revision)
        return KernelPhases.sweep(of: phases.deferred, stamp: stamp)
    }

    /// The switch the other way round, from the elements that the farms had before, and the keys that are out of reach
    /// then. What the group would have swept is still there.
    ///
    /// - Parameter wideAddresses: those of before the group.
    func inverseOfSwitch(
        _ wideAddresses: WideAddresses
    ) -> (switchBack: Transaction, leftovers: [ElementList]) {
        var back = FarmDifference()
        var present = wideAddresses
        for farm in farms {
            back.add(from: farm.after?.installed.compiled, to: farm.before?.installed.compiled)
            present.add(farm.after?.installed.compiled)
            present.remove(farm.before?.installed.compiled)
        }
        addInverseOfPolicies(to: &back)
        if let cluster { back.add(from: cluster.after, to: cluster.before) }
        back.addShared(present: present)
        var transaction = back.switchOver
        guard phases.prepares.isEmpty, phases.sweeps.isEmpty else { return (transaction, []) }
        if let stamp = stampAfterSwitch {
            transaction.append(stamp.steps(to: back.sweep.allSatisfy(\.set.isDecisive) ? stamp.target : 0))
        }
        transaction.normalize()
        return (transaction, back.sweep)
    }

    /// What it makes of the farms in the kernel.
    var transitions: [FarmTransition] {
        farms.map { FarmTransition(before: $0.before?.installed.compiled, after: $0.after?.installed.compiled) }
    }

    /// Gives back what was taken for a group that is not.
    func releaseNumbers(_ engine: Engine) {
        for number in taken.farms { engine.numbers.release(farm: number) }
        for number in taken.backends { engine.numbers.release(backend: number) }
    }

    /// The object that an element of the kernel belongs to; the only farm of the group when the kernel names none.
    func path(of culprit: ElementCulprit?) -> ObjectPath? {
        if let culprit {
            for planned in farms {
                for side in [planned.after, planned.before] {
                    guard let side, let compiled = side.installed.compiled else { continue }
                    guard compiled.contains(culprit.set, key: culprit.key) else { continue }
                    return side.path(ofMark: culprit)
                }
            }
        }
        guard farms.count == 1 else { return nil }
        return (farms[0].after ?? farms[0].before).map { .farm($0.farm.name) }
    }
}

extension ObjectPath {
    /// `/farms/NAME`
    static func farm(_ name: Name) -> ObjectPath { ObjectPath(["farms", name.text]) }
    /// `/farms/FARM/backends/NAME`
    static func backend(_ name: Name, of farm: Name) -> ObjectPath {
        ObjectPath(["farms", farm.text, "backends", name.text])
    }
}

extension [Transaction.Step] {
    /// What a prepare transaction added, taken away.
    var inverted: [Transaction.Step] {
        reversed().compactMap { step in
            switch step {
            // The stamp stays as it is: 0, until a later change is whole.
            case .add(let list): Stamp.set(in: [list.set.family]) == list.set ? nil : .delete(list.keys)
            case .addTimed(let timed): .delete(timed.elements.keys)
            case .delete: nil
            }
        }
    }
}

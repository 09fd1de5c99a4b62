// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Turns a group's delta into its plan, some farms in each turn: identities first, then what the skeleton lacks, then the
/// elements. Only the farms of the delta are looked at.
final class GroupPlanner {
    private enum Pass {
        case shared(Int)
        case facts
        case givenNumbers(Int)
        case identities(Int)
        case elements(Int)
        case done
    }

    let engine: Engine
    private var pass = Pass.shared(0)
    private var skeleton: Skeleton
    var changes = FarmDifference()
    var plan: GroupPlan
    /// Policies as they are then.
    var directory: PolicyDirectory
    /// The farms of the delta, and those whose policies say something else.
    var farmDifferences: [ObjectDifference<Farm>] = []

    /// Numbers that the request gives while others have them.
    private(set) var occupied: [OccupiedNumber] = []
    /// Numbers that nobody has any more, while something may still be counted under them.
    private lazy var unsettled = Set(engine.retired.backends.values.joined())
    /// Whether nothing is to happen: what others have is planned as if it were free.
    var isDry = false

    /// Farms in one piece of work: some milliseconds.
    private static let piece = 64

    init(engine: Engine, delta: ConfigurationDelta, revision: UInt64) {
        self.engine = engine
        skeleton = engine.skeleton
        directory = PolicyDirectory(engine)
        plan = GroupPlan(
            delta: delta, revision: revision, phases: KernelPhases(),
            nextPosition: engine.nextPosition)
        plan.farms.reserveCapacity(delta.farms.count)
    }

    /// Plans to compile farms again as they are, or with other numbers of their backends.
    convenience init(engine: Engine, recompiling names: [Name], renumbering: Renumbering? = nil) {
        var delta = ConfigurationDelta()
        for name in names {
            guard let farm = engine.configuration.farms[name] else { continue }
            delta.farms.append(ObjectDifference(name: name, before: farm, after: farm))
        }
        self.init(engine: engine, delta: delta, revision: engine.revision)
        plan.isRecompilation = true
        plan.renumbering = renumbering
    }

    /// Does the next piece.
    ///
    /// - Returns: whether the plan is complete.
    func advance() throws(BalancerError) -> Bool {
        switch pass {
        case .shared(let start):
            let end = min(start + Self.piece * 8, plan.delta.sharedCount)
            for index in start..<end { plan.shared.append(numbered(plan.delta.shared(at: index))) }
            pass = .shared(end)
            guard end == plan.delta.sharedCount else { break }
            planPolicies()
            if !plan.isRecompilation {
                engine.beginFacts(for: farmDifferences.lazy.compactMap(\.after), plan.delta.clusters.last?.after)
            }
            pass = .facts
        case .facts: if engine.lookUpFacts() { pass = .givenNumbers(0) }
        case .givenNumbers(let start):
            let end = min(start + Self.piece * 8, plan.delta.farms.count)
            if plan.renumbering == nil { plan.delta.farms[start..<end].forEach(takeGivenNumbers) }
            if end == plan.delta.farms.count, let first = occupied.first, !isDry {
                plan.releaseNumbers(engine)
                throw first.error
            }
            pass = end == plan.delta.farms.count ? .identities(0) : .givenNumbers(end)
        case .identities(let start):
            let end = min(start + Self.piece, farmDifferences.count)
            for index in start..<end { plan.farms.append(try identified(farmDifferences[index])) }
            pass = .identities(end)
            if end == farmDifferences.count { try planSkeleton() }
        case .elements(let start):
            let end = min(start + Self.piece, plan.farms.count)
            for index in start..<end { compile(index) }
            pass = .elements(end)
            if end == plan.farms.count {
                compilePolicies(skeleton)
                if let cluster = plan.cluster { changes.add(from: cluster.before, to: cluster.after) }
                changes.addShared(present: engine.wideAddresses)
                planPhases()
                planCuts()
                if !plan.isRecompilation {
                    plan.leftovers.stored = engine.leftovers.stored
                    plan.leftovers.done = engine.leftovers.done
                }
                planHeirs()
                pass = .done
            }
        case .done: return true
        }
        return false
    }

    /// All numbers that the request gives.
    var given: Set<UInt32> {
        Set(plan.delta.farms.compactMap(\.after).flatMap { $0.backends.indices.compactMap($0.givenNumber) })
    }

    private func takeGivenNumbers(of difference: ObjectDifference<Farm>) {
        occupied += FarmIdentity.takeGivenNumbers(
            of: difference, before: difference.before.flatMap { engine.farms[$0.name]?.identity },
            unsettled: unsettled, numbers: &engine.numbers, taken: &plan.taken)
    }

    private func numbered(_ difference: SharedDifference) -> PlannedShared {
        if let before = difference.before, let number = engine.sharedNumbers[before] {
            return PlannedShared(difference: difference, number: number)
        }
        plan.hasNewShared = true
        return PlannedShared(difference: difference, number: engine.sharedNumbers.take())
    }

    private func identified(_ difference: ObjectDifference<Farm>) throws(BalancerError) -> PlannedFarm {
        var planned = PlannedFarm()
        if let farm = difference.before {
            planned.before = PlannedFarm.Side(farm: farm, installed: engine.farms[farm.name]!)
        }
        guard let farm = difference.after else { return planned }
        do {
            var identity = try FarmIdentity.assign(
                to: difference, before: planned.before?.installed.identity, position: plan.nextPosition,
                numbers: &engine.numbers, taken: &plan.taken)
            if let renumbering = plan.renumbering {
                try identity.renumber(farm, renumbering, numbers: &engine.numbers, taken: &plan.taken)
            }
            if planned.before == nil { plan.nextPosition += 1 }
            let moments = FarmMoments(
                difference, farm, farm.condition(in: engine.facts), before: planned.before?.installed.moments,
                now: engine.scheduler.wallClock)
            planned.after = PlannedFarm.Side(
                farm: farm,
                installed: InstalledFarm(
                    identity: identity, moments: moments, policies: directory.policies(farm.policies)))
            return planned
        } catch {
            plan.releaseNumbers(engine)
            throw error
        }
    }

    private func planSkeleton() throws(BalancerError) {
        var wanted = engine.skeleton
        try requirePolicies(of: &wanted)
        planCluster()
        if let cluster = plan.cluster?.after { wanted.require(cluster) }
        for planned in plan.farms {
            guard let after = planned.after else { continue }
            wanted.interfaces.formUnion(after.farm.ingressInterfaces(engine.facts))
            wanted.flowDevices.formUnion(after.farm.flowDevices(engine.facts))
            let numbered = NumberedFarm(after.farm, after.installed)
            try require(policyNeeds(of: numbered), of: &wanted, at: .farm(after.farm.name))
            let needs = needs(of: numbered)
            if wanted.covers(needs) { continue }
            guard wanted.require(needs) else {
                plan.releaseNumbers(engine)
                throw BalancerError(.limit, at: .farm(after.farm.name), "there is no room for another kind of farm")
            }
        }
        engine.followInterfaces(&wanted)
        // Looked at in any case: a script is made from what is there.
        let isIncomplete = engine.mustInstallAgain(wanted)
        if wanted != engine.skeleton || isIncomplete {
            plan.skeleton = SkeletonChange(to: wanted, from: engine.installed)
        }
        skeleton = wanted
        pass = .elements(0)
    }

    private func compile(_ index: Int) {
        if let after = plan.farms[index].after {
            plan.farms[index].after!.installed.compiled = BalancerCompiler.compile(
                NumberedFarm(after.farm, after.installed), shapes: skeleton.shapes, lists: skeleton.lists,
                facts: engine.facts)
        }
        plan.origins.append(farmDifferences[index].originsOfBackends)
        plan.cuts.formUnion(plan.farms[index].cuts(farmDifferences[index]))
        if !plan.isRecompilation {
            plan.leftovers.text.add(plan.farms[index], tracksConnections: engine.connections != nil)
        }
        changes.add(
            from: plan.farms[index].before?.installed.compiled, to: plan.farms[index].after?.installed.compiled)
    }

    /// What is to be cut is stored with the change. What the store says of earlier ones that are done goes with it.
    private func planCuts() {
        guard engine.connections != nil, !plan.isRecompilation else { return }
        let stored = engine.cuts.pending.subtracting(plan.farms.flatMap(\.usableNumbers)).union(plan.cuts)
        if stored != engine.cuts.stored { plan.storedCuts = stored }
    }

    private func planHeirs() {
        let stored = engine.retired.heirs.merging(plan.heirs) { _, new in new }
        if !plan.isRecompilation || plan.renumbering != nil, stored != engine.storedHeirs { plan.storedHeirs = stored }
    }

    private func planPhases() {
        // Changes of one group may undo each other: revisions all the same, of which the last one is the kernel's.
        guard plan.revision > engine.revision || plan.isRecompilation else { return }
        let stamp = engine.stampChange(to: plan.revision, in: skeleton)
        plan.phases = KernelPhases(
            changes, pending: engine.pendingSweep, stamp: stamp, limit: engine.transactionLimit)
        plan.stampAfterSwitch = stamp.map {
            StampChange(
                location: $0.location, installed: plan.phases.isStampDeferred ? 0 : $0.target,
                target: $0.installed ?? 0)
        }
    }
}

extension NumberedFarm {
    /// A farm with its stored identity, and the policies that guard it.
    init(_ farm: Farm, _ installed: InstalledFarm) {
        self.init(
            farm: farm, number: installed.identity.number, backendNumbers: installed.identity.backendNumbers,
            policies: installed.policies)
    }
}

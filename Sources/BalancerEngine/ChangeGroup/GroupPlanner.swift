// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Turns a group's delta into its plan, some farms in each turn: identities first, then what the skeleton lacks, then the
/// elements. Only the farms of the delta are looked at.
final class GroupPlanner {
    private enum Pass {
        case identities(Int)
        case elements(Int)
        case done
    }

    private let engine: Engine
    private var pass = Pass.identities(0)
    private var skeleton: Skeleton
    private var changes = FarmDifference()
    private(set) var plan: GroupPlan

    /// Farms in one piece of work: some milliseconds.
    private static let piece = 64

    init(engine: Engine, delta: ConfigurationDelta, revision: UInt64) {
        self.engine = engine
        skeleton = engine.skeleton
        plan = GroupPlan(
            delta: delta, revision: revision, phases: KernelPhases(),
            nextPosition: engine.nextPosition)
        plan.farms.reserveCapacity(delta.farms.count)
    }

    /// Does the next piece.
    ///
    /// - Returns: whether the plan is complete.
    func advance() throws(BalancerError) -> Bool {
        switch pass {
        case .identities(let start):
            let end = min(start + Self.piece, plan.delta.farms.count)
            for index in start..<end { plan.farms.append(try identified(plan.delta.farms[index])) }
            pass = .identities(end)
            if end == plan.delta.farms.count { try planSkeleton() }
        case .elements(let start):
            let end = min(start + Self.piece, plan.farms.count)
            for index in start..<end { compile(index) }
            pass = .elements(end)
            if end == plan.farms.count {
                planPhases()
                pass = .done
            }
        case .done: return true
        }
        return false
    }

    private func identified(_ difference: ObjectDifference<Farm>) throws(BalancerError) -> PlannedFarm {
        var planned = PlannedFarm()
        if let farm = difference.before {
            planned.before = PlannedFarm.Side(farm: farm, installed: engine.farms[farm.name]!)
        }
        guard let farm = difference.after else { return planned }
        do {
            let identity = try FarmIdentity.assign(
                to: difference, before: planned.before?.installed.identity, position: plan.nextPosition,
                numbers: &engine.numbers, taken: &plan.taken)
            if planned.before == nil { plan.nextPosition += 1 }
            planned.after = PlannedFarm.Side(farm: farm, installed: InstalledFarm(identity: identity))
            return planned
        } catch {
            plan.releaseNumbers(engine)
            throw error
        }
    }

    private func planSkeleton() throws(BalancerError) {
        var wanted = engine.skeleton
        for planned in plan.farms {
            guard let after = planned.after else { continue }
            let needs = needs(of: NumberedFarm(after.farm, after.installed.identity))
            if wanted.covers(needs) { continue }
            guard wanted.require(needs) else {
                plan.releaseNumbers(engine)
                throw BalancerError(.limit, at: .farm(after.farm.name), "there is no room for another kind of farm")
            }
        }
        if wanted != engine.skeleton { plan.skeleton = SkeletonChange(to: wanted, from: engine.installed) }
        skeleton = wanted
        pass = .elements(0)
    }

    private func compile(_ index: Int) {
        if let after = plan.farms[index].after {
            plan.farms[index].after!.installed.compiled = BalancerCompiler.compile(
                NumberedFarm(after.farm, after.installed.identity), shapes: skeleton.shapes)
        }
        changes.add(
            from: plan.farms[index].before?.installed.compiled, to: plan.farms[index].after?.installed.compiled)
    }

    private func planPhases() {
        guard !plan.delta.isEmpty else { return }
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
    /// A farm with its stored identity.
    init(_ farm: Farm, _ identity: FarmIdentity) {
        self.init(farm: farm, number: identity.number, backendNumbers: identity.backendNumbers)
    }
}

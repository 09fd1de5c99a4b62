// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// Tells a client, and the journal.
    func answer(_ submission: Submission, _ result: Result<ChangeOutcome, BalancerError>) {
        if !submission.request.dryRun {
            figures.note(result, after: scheduler.now - submission.arrival, at: scheduler.wallClock)
        }
        if case .failure(let error) = result, !submission.request.dryRun {
            emit(.refused(error, author: submission.request.author, comment: submission.request.comment))
        }
        observer?.requestEnded(submission.request, result: result)
        submission.completion(result)
    }

    /// A group is durable: what it planned is what is.
    func adopt(_ plan: GroupPlan, newest: UInt64) {
        noteHeirs(plan)
        for planned in plan.farms {
            guard let before = planned.before else { continue }
            farms[before.farm.name] = nil
            let numbered = NumberedFarm(before.farm, before.installed)
            usage.remove(needs(of: numbered))
            usage.remove(policyNeeds(of: numbered))
            usage.remove(before.installed.compiled)
            wideAddresses.remove(before.installed.compiled)
            release(before.installed.identity, keeping: planned.after?.installed.identity)
            noteSessions(before, after: planned.after)
            noteSources(before, after: planned.after)
        }
        for planned in plan.farms {
            guard let after = planned.after else { continue }
            farms[after.farm.name] = after.installed
            let numbered = NumberedFarm(after.farm, after.installed)
            usage.add(needs(of: numbered))
            usage.add(policyNeeds(of: numbered))
            usage.add(after.installed.compiled)
            wideAddresses.add(after.installed.compiled)
        }
        if !plan.isRecompilation {
            noteCluster(plan.delta)
            noteFarms(
                before: plan.farms.lazy.compactMap(\.before?.farm), after: plan.farms.lazy.compactMap(\.after?.farm))
        }
        adoptPolicies(plan)
        adoptCluster(plan)
        sharedNumbers.adopt(plan.shared)
        noteTransitions(plan.transitions)
        noteCuts(plan)
        leftovers.adopt(plan.leftovers, revision: plan.revision)
        noteDrains(plan.farms)
        noteOffload(plan)
        configuration.merge(plan.delta)
        revision = newest
        if !plan.policies.isEmpty { scheduleExpiry() }
        nextPosition = plan.nextPosition
        if plan.extent.isStored { isRecordStored = true }
        scheduleSweep()
        scheduleCollection()
    }

    /// Gives back the numbers of what is gone.
    private func release(_ old: FarmIdentity, keeping new: FarmIdentity?) {
        if new == nil {
            numbers.release(farm: old.number)
            retire(farms: [old.number])
        }
        guard old.backendNumbers != new?.backendNumbers else { return }
        let kept = Set(new?.backendNumbers ?? [])
        let gone = old.backendNumbers.filter { !kept.contains($0) }
        for number in gone { numbers.release(backend: number) }
        retire(gone, of: old.number)
    }

    /// A step back or a sweep failed: the kernel holds something that the engine does not know. Before the next change the
    /// two are compared.
    func leftBehind(_ failure: KernelFailure) {
        observer?.notice(.leftBehind(failure.description))
        mustCompare = true
    }

    /// A comparison failed: the kernel is asked again before a later change, not before each.
    func compareLater() {
        scheduler.after(milliseconds: 1000) { [weak self] in self?.mustCompare = true }
    }
}

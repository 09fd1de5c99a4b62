// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

extension Engine {
    /// Tells a client, and the journal.
    func answer(_ submission: Submission, _ result: Result<ChangeOutcome, BalancerError>) {
        observer?.requestEnded(submission.request, result: result)
        submission.completion(result)
    }

    /// A group is durable: what it planned is what is.
    func adopt(_ plan: GroupPlan, newest: UInt64) {
        for planned in plan.farms {
            guard let before = planned.before else { continue }
            farms[before.farm.name] = nil
            usage.remove(needs(of: NumberedFarm(before.farm, before.installed.identity)))
            release(before.installed.identity, keeping: planned.after?.installed.identity)
        }
        for planned in plan.farms {
            guard let after = planned.after else { continue }
            farms[after.farm.name] = after.installed
            usage.add(needs(of: NumberedFarm(after.farm, after.installed.identity)))
        }
        configuration.merge(plan.delta)
        revision = newest
        nextPosition = plan.nextPosition
        isRecordStored = true
        scheduleSweep()
        scheduleCollection()
    }

    /// Gives back the numbers of what is gone.
    private func release(_ old: FarmIdentity, keeping new: FarmIdentity?) {
        if new == nil { numbers.release(farm: old.number) }
        guard old.backendNumbers != new?.backendNumbers else { return }
        let kept = Set(new?.backendNumbers ?? [])
        let gone = old.backendNumbers.filter { !kept.contains($0) }
        for number in gone { numbers.release(backend: number) }
        retiredBackends += gone
    }

    /// A step back or a sweep failed: the kernel holds something that the engine does not know. Before the next change the
    /// two are compared.
    func leftBehind(_ failure: KernelFailure) {
        observer?.notice(.leftBehind(failure.description))
        mustCompare = true
    }
}

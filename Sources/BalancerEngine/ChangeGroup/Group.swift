// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// A group of requests on its way through validation, store and kernel: the shell around `ChangeGroup`.
///
/// Validation takes the requests in order, each against the result of the one before; what is refused is answered at once
/// and takes nobody with it. The rest share one kernel transaction and one durable one.
final class Group: Work {
    private enum Stage {
        case validating(GroupValidator)
        case planning(GroupPlanner)
        case clearing(NumberClearing, GroupPlanner)
        case running(ChangeGroup, GroupPlan)
    }

    private let engine: Engine
    private var stage: Stage
    private var accepted: [AcceptedRequest] = []
    private var rows: RowWriter?
    /// What each request was about that makes a revision.
    private var objects: [ChangedObjects] = []
    private var refusal: Refusal?
    /// What a completion said about the action that waits for it.
    private var event: ChangeGroup.Event?
    private var isWaiting = false
    /// Whether numbers have been made free for it.
    private var hasCleared = false
    private var watch: PartWatch
    /// Of a group without requests: called when the kernel has refused it.
    private var refused: (() -> Void)?

    init(engine: Engine, submissions: [Submission]) {
        self.engine = engine
        watch = PartWatch(.validation, at: engine.scheduler.now)
        stage = .validating(GroupValidator(engine: engine, submissions: submissions))
    }

    /// Compiles farms again as they are, because of what they depend on, or with other numbers of their backends.
    ///
    /// - Parameter refused: called when that cannot be; then all is as it was.
    init(
        engine: Engine, recompiling names: [Name], renumbering: Renumbering? = nil, refused: @escaping () -> Void
    ) {
        self.engine = engine
        self.refused = refused
        watch = PartWatch(.planning, at: engine.scheduler.now)
        stage = .planning(GroupPlanner(engine: engine, recompiling: names, renumbering: renumbering))
    }

    func advance() -> WorkProgress {
        switch stage {
        case .validating(let validator):
            return validator.advance() ? beginPlanning(validator) : .more
        case .planning(let planner):
            do {
                guard try planner.advance() else { return .more }
            } catch { return clear(planner) ? .more : giveUp(error) }
            return beginRunning(planner.plan)
        case .clearing(let clearing, let planner):
            let progress = clearing.advance()
            guard case .finished = progress else { return progress }
            if clearing.hasFailed { return giveUp(planner.occupied[0].error) }
            stage = .planning(GroupPlanner(engine: engine, delta: planner.plan.delta, revision: planner.plan.revision))
            return .more
        case .running(var machine, let plan):
            if isWaiting {
                guard let event else { return .waiting }
                self.event = nil
                isWaiting = false
                return enter(machine.handle(event), &machine, plan)
            }
            guard let current = machine.current else { return enter(machine.start(), &machine, plan) }
            guard let event = perform(current, plan) else { return isWaiting ? .waiting : .more }
            return enter(machine.handle(event), &machine, plan)
        }
    }

    private func enter(_ action: ChangeGroup.Action, _ machine: inout ChangeGroup, _ plan: GroupPlan) -> WorkProgress {
        stage = .running(machine, plan)
        watch.begin(CommitPart(action), at: engine.scheduler.now)
        guard action == .finish else { return .more }
        engine.figures.note(watch)
        return .finished
    }

    private func beginPlanning(_ validator: GroupValidator) -> WorkProgress {
        accepted = validator.accepted
        guard let newest = accepted.last?.revision else { return .finished }
        watch.begin(.planning, at: engine.scheduler.now)
        // With its stage the validator's draft goes, which shares the configuration's storage: without it the merge at the
        // end happens in place.
        stage = .planning(GroupPlanner(engine: engine, delta: validator.delta, revision: newest))
        return .more
    }

    /// Numbers that others have are made free for a request that is alone.
    ///
    /// - Returns: whether there are any.
    private func clear(_ planner: GroupPlanner) -> Bool {
        guard !planner.occupied.isEmpty, accepted.count == 1, !hasCleared else { return false }
        hasCleared = true
        stage = .clearing(
            NumberClearing(Set(planner.occupied.map(\.number)), given: planner.given, engine: engine), planner)
        return true
    }

    private func beginRunning(_ plan: GroupPlan) -> WorkProgress {
        stage = .running(ChangeGroup(plan.extent), plan)
        return .more
    }

    /// Nothing has been sent or written: everybody is refused, or, when it is not clear whose fault it is, tried alone.
    private func giveUp(_ error: BalancerError) -> WorkProgress {
        refusal = .request(error)
        refuse()
        return .finished
    }

    // MARK: Actions

    /// Carries out an action. Nil: it goes on (or a completion will say).
    private func perform(_ action: ChangeGroup.Action, _ plan: GroupPlan) -> ChangeGroup.Event? {
        switch action {
        case .writeRows: return writeRows(plan)
        case .installSkeleton: return installSkeleton(plan)
        case .prepare(let index):
            if index > 0, engine.isFailing(at: .afterPrepare) { return fail(.failPoint(.afterPrepare)) }
            if index == 0 { engine.pendingSweep = [] }
            return send(plan.phases.prepares[index], plan)
        case .switchOver:
            if !plan.phases.prepares.isEmpty, engine.isFailing(at: .afterPrepare) {
                return fail(.failPoint(.afterPrepare))
            }
            if engine.isFailing(at: .beforeKernelCommit) { return fail(.failPoint(.beforeKernelCommit)) }
            let event = send(plan.phases.switchOver, plan)
            if event == .done { engine.pendingSweep = plan.phases.deferred }
            return event
        case .commitStore: return commitStore()
        case .answer:
            answer(plan)
            _ = engine.isFailing(at: .afterAnswer)
            return .done
        case .sweep(let index):
            return sweep(plan.phases.sweeps[index])
        case .revertSwitch:
            let inverse = plan.inverseOfSwitch(engine.wideAddresses)
            engine.pendingSweep = inverse.leftovers
            // Packets have seen the switch: connections may have begun that nothing stands for any more.
            engine.noteTransitions(plan.transitions.map { FarmTransition(before: $0.after, after: $0.before) })
            engine.retire(plan.taken.backends, of: nil)
            engine.giveBackHeirs(plan)
            engine.scheduleSweep()
            return takeBack(inverse.switchBack)
        case .revertPrepare(let index): return takeBack(Transaction(plan.phases.prepares[index].steps.inverted))
        case .rollbackStore:
            engine.store.rollback()
            return .done
        case .refuse:
            plan.releaseNumbers(engine)
            refuse()
            return .done
        case .finish: return .done
        }
    }

    private func writeRows(_ plan: GroupPlan) -> ChangeGroup.Event? {
        do throws(StoreFailure) {
            if plan.isRecompilation, plan.renumbering == nil {
                try engine.store.begin()
                return .done
            }
            if rows == nil {
                if engine.isFailing(at: .beforeStoreWrite) { return fail(.failPoint(.beforeStoreWrite)) }
                try engine.store.begin()
                rows = RowWriter(
                    plan: plan, accepted: accepted, numbers: engine.numbers, sharedNumbers: engine.sharedNumbers,
                    time: engine.scheduler.wallClock)
            }
            guard try rows!.writeSome(to: engine.store) else { return nil }
            objects = rows!.objects
            rows = nil
            return engine.isFailing(at: .afterStoreWrite) ? fail(.failPoint(.afterStoreWrite)) : .done
        } catch {
            return fail(.storage(error))
        }
    }

    private func installSkeleton(_ plan: GroupPlan) -> ChangeGroup.Event? {
        isWaiting = true
        let change = plan.skeleton!
        engine.runHelper(change.script) { [self] result in
            do throws(Refusal) {
                try engine.finishInstallation(result, of: change, path: plan.path(of: nil))
                event = engine.isFailing(at: .afterSkeleton) ? fail(.failPoint(.afterSkeleton)) : .done
            } catch { event = fail(error) }
            engine.schedule()
        }
        return nil
    }

    private func send(_ transaction: Transaction, _ plan: GroupPlan) -> ChangeGroup.Event {
        do throws(KernelFailure) {
            try engine.commitRepairing(transaction)
            return .done
        } catch {
            return fail(.kernel(error, path: plan.path(of: error.culprit)))
        }
    }

    private func commitStore() -> ChangeGroup.Event? {
        if engine.isFailing(at: .afterKernelCommit) { return fail(.failPoint(.afterKernelCommit)) }
        do throws(StoreFailure) { try engine.storeSkeletonRecord() } catch { return fail(.storage(error)) }
        isWaiting = true
        engine.store.commit { [self] result in
            switch result {
            case .success: event = .done
            case .failure(let failure): event = fail(.storage(failure))
            }
            engine.schedule()
        }
        return nil
    }

    private func answer(_ plan: GroupPlan) {
        _ = engine.isFailing(at: .afterStoreCommit)
        engine.adopt(plan, newest: accepted.last?.revision ?? engine.revision)
        engine.tellChanges(of: accepted, objects)
        engine.tellStates(plan)
        engine.noteConfirmations(of: accepted)
        for request in accepted {
            engine.answer(request.submission, .success(ChangeOutcome(revision: request.revision)))
        }
        watch.answered(at: engine.scheduler.now)
    }

    /// What no packet can reach any more. A failure leaves it to the next start; the stamp says that there is something.
    private func sweep(_ transaction: Transaction) -> ChangeGroup.Event {
        do throws(KernelFailure) { try engine.commitRepairing(transaction) } catch {
            engine.leftBehind(error)
            return .failed
        }
        _ = engine.isFailing(at: .afterSweep)
        return .done
    }

    private func takeBack(_ transaction: Transaction) -> ChangeGroup.Event {
        do throws(KernelFailure) { try engine.commitRepairing(transaction) } catch {
            engine.leftBehind(error)
            return .failed
        }
        return .done
    }

    // MARK: Refusal

    private func fail(_ reason: Refusal) -> ChangeGroup.Event {
        if refusal == nil { refusal = reason }
        return .failed
    }

    /// Blame lands where it belongs: a group of several is tried again one by one; a single request gets the reason.
    private func refuse() {
        let reason = refusal ?? .request(BalancerError(.busy, "the change was given up"))
        if accepted.count > 1, reason.mayConcernOneOnly {
            engine.requeue(
                accepted.map { request in
                    var again = request.submission
                    again.alone = true
                    return again
                })
            return
        }
        for request in accepted { engine.answer(request.submission, .failure(reason.error)) }
        if hasCleared { engine.restoreGivenNumbers() }
        if let refused {
            engine.observer?.notice(.leftBehind("\(reason.error)"))
            refused()
        }
    }
}

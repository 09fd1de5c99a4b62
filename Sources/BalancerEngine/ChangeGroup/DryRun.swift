// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What a request would do, without doing it: validated and compiled against the acknowledged state, a piece at a time.
final class DryRun {
    private enum Pass {
        case objects
        case plan(GroupPlanner)
        case text
    }

    /// Elements in one piece of text: some milliseconds.
    private static let piece = 4096

    private let engine: Engine
    private var draft: Draft
    private var application: RequestApplication
    private var pass = Pass.objects
    /// What is not text yet, the last first.
    private var steps: [Transaction.Step] = []
    private var text = ""
    /// Numbers are drawn as for a real change and given back, so that what is shown is what an apply then does.
    private let numbers: Numbers
    private let sharedNumbers: SharedNumbers

    init(_ request: ChangeRequest, engine: Engine) throws(BalancerError) {
        self.engine = engine
        numbers = engine.numbers
        sharedNumbers = engine.sharedNumbers
        draft = Draft(on: engine.configuration)
        draft.now = engine.scheduler.wallClock
        application = try RequestApplication(request, to: &draft, engine)
    }

    /// Does the next piece.
    ///
    /// - Returns: what would be done, once it is known.
    func advance(objects limit: Int) throws(BalancerError) -> ChangeOutcome? {
        do {
            guard let outcome = try next(limit) else { return nil }
            giveBack()
            return outcome
        } catch {
            giveBack()
            throw error
        }
    }

    private func giveBack() { (engine.numbers, engine.sharedNumbers) = (numbers, sharedNumbers) }

    private func next(_ limit: Int) throws(BalancerError) -> ChangeOutcome? {
        switch pass {
        case .objects:
            guard try application.advance(&draft, objects: limit) else { return nil }
            let delta = draft.delta
            // What changes nothing sends nothing: it makes no revision.
            if delta.isEmpty { return ChangeOutcome(revision: engine.revision, transaction: "") }
            let planner = GroupPlanner(engine: engine, delta: delta, revision: engine.revision + 1)
            planner.isDry = true
            pass = .plan(planner)
        case .plan(let planner):
            guard try planner.advance() else { return nil }
            let plan = planner.plan
            text = plan.skeleton?.script.text() ?? ""
            let phases = plan.phases
            steps = (phases.prepares + [phases.switchOver] + phases.sweeps + [plan.sweepOfDeferred])
                .flatMap(\.steps).flatMap { $0.cut(Self.piece) }.reversed()
            pass = .text
        case .text:
            guard let step = steps.popLast() else {
                return ChangeOutcome(revision: engine.revision, transaction: text)
            }
            text += Transaction([step]).text()
        }
        return nil
    }
}

extension Transaction.Step {
    /// The same in steps of at most so many elements.
    fileprivate func cut(_ limit: Int) -> [Transaction.Step] {
        switch self {
        case .delete(let list): list.cut(limit).map { .delete($0) }
        case .add(let list): list.cut(limit).map { .add($0) }
        case .addTimed: [self]
        }
    }
}

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
        case text(Transaction.Step)
    }

    /// Elements in one piece of text: some milliseconds.
    private static let piece = 4096

    private let engine: Engine
    private var draft: Draft
    private var stepsBack: StepsBack?
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
        switch request.content {
        case .changes(let changes): try draft.begin(changes, as: request.role)
        case .configuration(let document, let mode):
            try draft.begin(configuration: document, mode: mode, as: request.role)
        case .expiry: try draft.expire()
        case .drained(let drains): try draft.end(drains)
        case .restoration(let revision): stepsBack = try StepsBack(engine, to: revision)
        case .confirmation, .reversal: try draft.apply([])
        }
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
            let isApplied =
                try stepsBack != nil
                ? stepsBack!.advance(&draft, objects: limit) : draft.advance(objects: limit)
            guard isApplied else { return nil }
            let delta = draft.delta
            // What changes nothing sends nothing: it makes no revision.
            if delta.isEmpty { return ChangeOutcome(revision: engine.revision, transaction: "") }
            pass = .plan(GroupPlanner(engine: engine, delta: delta, revision: engine.revision + 1))
        case .plan(let planner):
            guard try planner.advance() else { return nil }
            let plan = planner.plan
            text = plan.skeleton?.script.text() ?? ""
            steps = (plan.phases.prepares + [plan.phases.switchOver] + plan.phases.sweeps)
                .flatMap(\.steps).flatMap { $0.cut(Self.piece) }.reversed()
            return advanceText()
        case .text(let step):
            text += Transaction([step]).text()
            return advanceText()
        }
        return nil
    }

    private func advanceText() -> ChangeOutcome? {
        guard let next = steps.popLast() else {
            return ChangeOutcome(revision: engine.revision, transaction: text)
        }
        pass = .text(next)
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

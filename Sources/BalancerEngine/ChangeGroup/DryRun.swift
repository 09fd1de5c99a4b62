// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What a request would do, without doing it.
enum DryRun {
    /// Validates and compiles a request against the acknowledged state.
    static func outcome(of request: ChangeRequest, engine: Engine) throws(BalancerError) -> ChangeOutcome {
        var draft = Draft(on: engine.configuration)
        draft.now = engine.scheduler.wallClock
        try draft.apply(request, engine)
        // What changes nothing sends nothing: it makes no revision.
        if draft.delta.isEmpty { return ChangeOutcome(revision: engine.revision, transaction: "") }
        // Numbers are drawn as for a real change and given back, so that what is shown is what an apply then does.
        let (numbers, sharedNumbers) = (engine.numbers, engine.sharedNumbers)
        defer { (engine.numbers, engine.sharedNumbers) = (numbers, sharedNumbers) }
        let planner = GroupPlanner(engine: engine, delta: draft.delta, revision: engine.revision + 1)
        while try !planner.advance() {}
        let plan = planner.plan
        var text = plan.skeleton?.script.text() ?? ""
        for transaction in plan.phases.prepares { text += transaction.text() }
        text += plan.phases.switchOver.text()
        for transaction in plan.phases.sweeps { text += transaction.text() }
        return ChangeOutcome(revision: engine.revision, transaction: text)
    }
}

extension Draft {
    /// Applies what a request asks for in one piece; all of it or nothing.
    fileprivate mutating func apply(_ request: ChangeRequest, _ engine: Engine) throws(BalancerError) {
        switch request.content {
        case .changes(let changes): try apply(changes, as: request.role)
        case .expiry: try expire()
        case .drained(let drains): try end(drains)
        case .restoration(let revision):
            var steps = try StepsBack(engine, to: revision)
            while try !steps.advance(&self, objects: .max) {}
        case .confirmation, .reversal: try apply([])
        case .configuration(let document, let mode):
            try apply(configuration: document, mode: mode, as: request.role)
        }
    }
}

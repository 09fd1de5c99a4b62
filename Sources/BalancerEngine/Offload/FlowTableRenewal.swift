// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Has the flows in the flow tables meet the rules again: because a rule has something to say to them from now on, or because
/// their connections are to be cut.
final class FlowTableRenewal: Work {
    private let engine: Engine
    private let ended: () -> Void
    private var isSent = false
    private var result: Result<Void, KernelFailure>?

    init(engine: Engine, ended: @escaping () -> Void = {}) {
        self.engine = engine
        self.ended = ended
    }

    func advance() -> WorkProgress {
        if let result {
            if case .failure(let failure) = result {
                // A device has gone meanwhile, or somebody else was there.
                engine.observer?.notice(.leftBehind(failure.description))
                engine.isInstalledUnsure = true
            }
            ended()
            return .finished
        }
        if isSent { return .waiting }
        _ = engine.lookAtInstalled()
        let script = engine.skeleton.renewalOfFlowTables(in: engine.installed)
        guard !script.isEmpty else {
            ended()
            return .finished
        }
        isSent = true
        engine.runHelper(script) { [self] result in
            self.result = result
            engine.schedule()
        }
        return .waiting
    }
}

extension Engine {
    /// Whether flows may be on their way past the rules.
    var hasFlowTables: Bool { installed.tables.values.contains { !$0.flowTables.isEmpty } }

    /// Flows of farms that send them on no more come back to the rules.
    func noteOffload(_ plan: GroupPlan) {
        let hasEnded = plan.farms.contains { planned in
            guard let before = planned.before?.farm, let after = planned.after?.farm else { return false }
            return before.offloadsFlows && !after.offloadsFlows
        }
        // Policies of an address outside of farms have something to say to every flow to it.
        if hasEnded || !plan.addresses.isEmpty, hasFlowTables { beginWhenIdle { FlowTableRenewal(engine: $0) } }
    }
}

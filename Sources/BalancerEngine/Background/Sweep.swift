// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Takes away what the last groups left out of reach, when no group has come that could take it along. Then what must be
/// done once that is gone begins, beside changes.
final class Sweep: Work {
    private let engine: Engine

    init(engine: Engine) { self.engine = engine }

    func advance() -> WorkProgress {
        let pending = engine.pendingSweep
        engine.pendingSweep = []
        do throws(KernelFailure) {
            if !pending.isEmpty {
                let stamp = engine.stampChange(to: engine.revision, in: engine.skeleton)
                try engine.commitRepairing(KernelPhases.sweep(of: pending, stamp: stamp))
            }
        } catch {
            engine.leftBehind(error)
        }
        engine.leftoversAreGone()
        if !engine.retired.isEmpty { engine.enqueueCounterWork { CounterRemoval(engine: $0) } }
        return .finished
    }
}

extension Engine {
    /// Long enough that no packet is between two lookups, short enough that nobody wonders.
    private static var sweepDelay: Int { 50 }

    /// Takes away what is out of reach, soon.
    func scheduleSweep() {
        guard !isSweepScheduled, isSweepNeeded else { return }
        isSweepScheduled = true
        scheduler.after(milliseconds: Self.sweepDelay) { [weak self] in
            guard let self else { return }
            isSweepScheduled = false
            guard isSweepNeeded else { return }
            beginWhenIdle { Sweep(engine: $0) }
        }
    }

    private var isSweepNeeded: Bool { !pendingSweep.isEmpty || !retired.isEmpty || !reviews.recent.isEmpty }
}

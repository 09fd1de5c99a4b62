// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Takes away what the last groups left out of reach, when no group has come that could take it along; then the counters
/// of backends that are gone.
final class Sweep: Work {
    private let engine: Engine

    init(engine: Engine) { self.engine = engine }

    func advance() -> WorkProgress {
        let pending = engine.pendingSweep
        engine.pendingSweep = []
        do throws(KernelFailure) {
            if !pending.isEmpty { try remove(pending) }
            try removeCounters()
        } catch {
            engine.leftBehind(error)
        }
        return .finished
    }

    /// From then on the kernel is what the file says, and so says its stamp.
    private func remove(_ pending: [ElementList]) throws(KernelFailure) {
        var transaction = Transaction(pending.map { .delete($0) })
        if let stamp = engine.stampChange(to: engine.revision, in: engine.skeleton) {
            transaction.append(stamp.steps(to: stamp.target))
        }
        try engine.commitRepairing(transaction.normalized)
    }

    /// Counters are made by traffic: only those that are there can be deleted, in a batch of their own. One that traffic
    /// makes meanwhile (it cannot: the mark is not usable any more) would stay and harm nobody.
    private func removeCounters() throws(KernelFailure) {
        let retired = engine.retiredBackends
        engine.retiredBackends = []
        guard !retired.isEmpty else { return }
        var transaction = Transaction()
        for keys in engine.skeleton.counterKeys(ofBackends: retired) {
            for part in keys.cut(engine.transactionLimit) {
                transaction.append(.delete(try engine.kernel.lookup(part, dataLength: 0)))
            }
        }
        if !transaction.isEmpty { try engine.kernel.commit(transaction) }
    }
}

extension Engine {
    /// Long enough that no packet is between two lookups, short enough that nobody wonders.
    private static var sweepDelay: Int { 50 }

    /// Takes away what is out of reach, soon.
    func scheduleSweep() {
        guard !isSweepScheduled, !pendingSweep.isEmpty || !retiredBackends.isEmpty else { return }
        isSweepScheduled = true
        scheduler.after(milliseconds: Self.sweepDelay) { [weak self] in
            guard let self else { return }
            isSweepScheduled = false
            guard !pendingSweep.isEmpty || !retiredBackends.isEmpty else { return }
            beginWhenIdle { Sweep(engine: $0) }
        }
    }
}

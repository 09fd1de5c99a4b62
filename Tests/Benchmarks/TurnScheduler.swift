// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine

/// A loop for the engine alone: runs what is deferred, by a real clock.
final class TurnScheduler: SchedulerPort {
    private var pending: [() -> Void] = []
    private var later: [(due: UInt64, body: () -> Void)] = []

    var now: UInt64 { Stopwatch.nanoseconds }
    var wallClock: Int64 { 1_700_000_000 }

    func soon(_ body: @escaping () -> Void) { pending.append(body) }

    func after(milliseconds: Int, _ body: @escaping () -> Void) {
        later.append((now + UInt64(milliseconds) * 1_000_000, body))
    }

    /// One turn. False if there was nothing to do.
    func turn() -> Bool {
        let bodies = pending
        pending.removeAll(keepingCapacity: true)
        for body in bodies { body() }
        return !bodies.isEmpty
    }

    /// Turns until the condition holds.
    func run(until condition: () -> Bool) throws {
        while !condition() {
            guard turn() else { throw BenchmarkFailure("the engine waits for nothing") }
        }
    }

    /// Turns until nothing is left; what waits for a time is forgotten.
    func settle() { while turn() {} }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine

/// A loop that turns when a test says so, with a clock that it moves by hand.
package final class FakeScheduler: SchedulerPort {
    package var now: UInt64 {
        get {
            time += tick
            return time
        }
        set { time = newValue }
    }
    private var time: UInt64 = 1_000_000_000
    /// What passes between two looks at the clock, nanoseconds: work that looks whether its time is over then comes to that.
    package var tick: UInt64 = 0
    package var wallClock: Int64 = 1_700_000_000
    private var pending: [() -> Void] = []
    /// How many turns there have been.
    package private(set) var turns = 0

    package init() {}

    package func soon(_ body: @escaping () -> Void) { pending.append(body) }

    private var later: [(time: UInt64, body: () -> Void)] = []

    package func after(milliseconds: Int, _ body: @escaping () -> Void) {
        later.append((now + UInt64(milliseconds) * 1_000_000, body))
    }

    /// How long it is to the first of what waits for a moment, in milliseconds; nil: nothing does.
    package var untilNext: Int? { later.map { Int(($0.time - min($0.time, now)) / 1_000_000) }.min() }

    /// Moves the clock; what was waiting for it runs in the next turn.
    package func advance(milliseconds: Int) {
        now += UInt64(milliseconds) * 1_000_000
        let due = later.filter { $0.time <= now }
        later.removeAll { $0.time <= now }
        pending += due.map(\.body)
    }

    /// One turn: what was asked for before it runs, what is asked for meanwhile waits.
    ///
    /// - Returns: whether there was anything to do.
    @discardableResult
    package func turn() -> Bool {
        let bodies = pending
        pending = []
        turns += 1
        for body in bodies { body() }
        return !bodies.isEmpty
    }

    /// Turns until nothing is left.
    package func run(limit: Int = 100_000) {
        for _ in 0..<limit where !turn() { return }
        fatalError("the loop does not come to rest")
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerServer
import EventLoop

/// The loop and its clocks, as engine and server see them.
final class LoopScheduler: SchedulerPort, ServerClock {
    private let loop: EventLoop
    private var timers: [UInt64: TimerWatch] = [:]
    private var nextTimer: UInt64 = 0

    init(_ loop: EventLoop) { self.loop = loop }

    func soon(_ body: @escaping () -> Void) { loop.soon(body) }

    var now: UInt64 { loop.now }
    var wallClock: Int64 { loop.wallClock }

    func after(milliseconds: Int, _ body: @escaping () -> Void) {
        let number = nextTimer
        nextTimer += 1
        // Without memory for a timer nothing sensible is left to do with the body either.
        timers[number] = try? loop.after(milliseconds: milliseconds) { [weak self] in
            self?.timers[number] = nil
            body()
        }
    }
}

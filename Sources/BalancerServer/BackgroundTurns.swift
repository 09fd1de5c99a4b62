// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Does long work beside everything else: a millisecond of it in each turn of the loop, as long as there is any.
final class BackgroundTurns {
    private let clock: any ServerClock
    private var isScheduled = false
    /// Does some ten microseconds' work; false: there is none.
    private var work: () -> Bool = { false }

    /// How long one turn works, in nanoseconds.
    private static let budget: UInt64 = 1_000_000

    init(clock: any ServerClock) { self.clock = clock }

    /// There is something to do: `work` is called until it says that nothing is left.
    func begin(_ work: @escaping () -> Bool) {
        guard !isScheduled else { return }
        isScheduled = true
        self.work = work
        schedule()
    }

    private func schedule() {
        clock.soon { [weak self] in self?.turn() }
    }

    private func turn() {
        let end = clock.now + Self.budget
        // What the work brings up meanwhile is done with it.
        repeat {
            guard work() else {
                isScheduled = false
                return
            }
        } while clock.now < end
        schedule()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Lets some scrapes go at once, and others wait for their turn.
actor ScrapeGate {
    private let limits: ServerLimits
    private var inside = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Waits for a turn, which ends with `leave`; false: too many wait already.
    func enter() async -> Bool {
        if inside < limits.scrapes {
            inside += 1
            return true
        }
        guard waiting.count < limits.waiting else { return false }
        // Who leaves hands its place over.
        await withCheckedContinuation { waiting.append($0) }
        return true
    }

    /// Ends a turn.
    func leave() {
        if waiting.isEmpty { inside -= 1 } else { waiting.removeFirst().resume() }
    }
}

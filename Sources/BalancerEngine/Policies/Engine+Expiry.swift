// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

// Elements that have ended go as a change of their own, at most one a second: in the kernel, on the disk and in the
// configuration at once, with a revision that says so.
extension Engine {
    /// Longest wait for one timer, seconds: the clock on the wall may be set meanwhile.
    private static var longestWait: Int64 { 60 }

    /// Looks for elements that have ended when the first of them does.
    func scheduleExpiry() {
        let earliest = configuration.policies.lazy.compactMap(\.elements.earliestDeadline).min()
        guard let earliest, expiryDue.map({ earliest < $0 }) ?? true else { return }
        expiryDue = earliest
        let wait = min(max(earliest - scheduler.wallClock, 0), Self.longestWait)
        // The wall clock is cut to whole seconds: a second later it has certainly ended.
        scheduler.after(milliseconds: Int(wait) * 1000 + 200) { [weak self] in
            guard let self, expiryDue == earliest else { return }
            expiryDue = nil
            expire()
        }
    }

    private func expire() {
        let now = scheduler.wallClock
        guard state == .ready,
            configuration.policies.contains(where: { $0.elements.earliestDeadline ?? .max <= now })
        else { return scheduleExpiry() }
        let author = Author(user: 0, group: 0, process: 0, origin: "expiry")
        submit(ChangeRequest(content: .expiry, author: author)) { [weak self] _ in self?.retryExpiry() }
    }

    /// Also after a refusal: the disk may be full for a while.
    private func retryExpiry() {
        scheduler.after(milliseconds: 1000) { [weak self] in self?.scheduleExpiry() }
    }
}

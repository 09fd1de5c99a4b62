// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// What waits for a review of connections.
struct ReviewQueue {
    /// Changes whose leftovers packets may still find.
    var recent: [FarmTransition] = []
    /// Changes that no packet can be between any more, a moment after this.
    var due: [FarmTransition] = []
    /// Revisions of which the store says that backends are lost: of `due`, and of before the start.
    var dueRevisions: [UInt64] = []
    var wholeRevisions: [UInt64] = []
    /// Whether all farms are to be looked at, because of a start.
    var isWholeDue = false
    /// Whether a timer runs, or a review.
    var isUnderWay = false
    /// No review begins before.
    var earliest: UInt64 = 0
}

extension Engine {
    /// Milliseconds after which no packet is between two lookups any more.
    private static var reviewDelay: Int { 50 }
    /// How much longer than a review the pause after it is: where changes never cease, reviews take a fifth of a processor
    /// at most.
    private static var pauseFactor: UInt64 { 4 }

    /// Remembers what a group has changed.
    func noteTransitions(_ farms: some Sequence<FarmTransition>) {
        if connections != nil { reviews.recent.append(contentsOf: farms) }
    }

    /// What the changes so far have left behind is gone from the kernel: no new connection can fall to it.
    func leftoversAreGone() {
        reviews.due += reviews.recent
        reviews.recent = []
        reviews.dueRevisions += leftovers.begin(.connections)
        scheduleReview()
        scheduleCuts()
    }

    /// After a start: the daemon before may have ended between a change and its review.
    func scheduleWholeReview() {
        guard connections != nil else { return }
        reviews.isWholeDue = true
        scheduleReview()
    }

    private func scheduleReview() {
        guard !reviews.isUnderWay, !reviews.due.isEmpty || reviews.isWholeDue else { return }
        reviews.isUnderWay = true
        let pause = reviews.earliest > scheduler.now ? Int((reviews.earliest - scheduler.now) / 1_000_000) : 0
        scheduler.after(milliseconds: max(pause, Self.reviewDelay)) { [weak self] in self?.beginReview() }
    }

    private func beginReview() {
        guard let connections else { return }
        // All farms first; what has changed since then, or has gone, afterwards.
        let isWhole = reviews.isWholeDue
        let transitions = isWhole ? farms.values.map { FarmTransition(after: $0.compiled) } : reviews.due
        let revisions = isWhole ? reviews.wholeRevisions : reviews.dueRevisions
        let lost = isWhole ? leftovers.found.lost : [:]
        if isWhole {
            reviews.isWholeDue = false
            reviews.wholeRevisions = []
            leftovers.found.lost = [:]
        } else {
            reviews.due = []
            reviews.dueRevisions = []
        }
        let review = ConnectionReview(
            connections: connections, transitions: transitions, isWhole: isWhole, lost: lost
        ) { [weak self] result in
            if case .failure(let failure) = result {
                self?.observer?.notice(.connectionsNotReviewed(failure.description))
            }
        }
        runAside(review) { [weak self] busy in
            guard let self else { return }
            reviews.isUnderWay = false
            leftovers.end(.connections, of: revisions)
            reviews.earliest = scheduler.now + busy * Self.pauseFactor
            scheduleReview()
        }
    }
}

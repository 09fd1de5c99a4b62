// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

// A change that waits for its confirmation is in the kernel and on disk, and so is that it waits: who is killed meanwhile
// finds it at the next start.
extension Engine {
    /// How long until what failed is tried again, in milliseconds.
    private static var patience: Int { 5_000 }

    /// Seconds until the change that waits is taken back.
    public var confirmationRemaining: Int {
        guard unconfirmed != nil, unconfirmedDue > scheduler.now else { return 0 }
        return Int((unconfirmedDue - scheduler.now + 999_999_999) / 1_000_000_000)
    }

    /// What a request does about confirmations.
    ///
    /// - Throws: `conflict` while another change waits for its confirmation, `not-found` when there is nothing to confirm.
    func confirmationStep(of request: ChangeRequest) throws(BalancerError) -> ConfirmationStep? {
        guard let unconfirmed else {
            switch request.content {
            case .changes, .configuration, .expiry, .drained, .restoration:
                return request.confirmWithin.map { .begins($0) }
            case .confirmation, .reversal:
                throw BalancerError(
                    .notFound, "no change waits for a confirmation",
                    hint: "it may have been taken back: see the history")
            }
        }
        switch request.content {
        // What the daemon does by itself, and would do again after a reversal.
        case .expiry, .drained: return nil
        case .reversal: return .ends
        case .confirmation(let revision):
            guard let revision, revision != unconfirmed.revision else { return .ends }
            throw BalancerError(
                .conflict, "revision \(unconfirmed.revision) waits for a confirmation, not \(revision)")
        case .restoration(let revision) where revision == unconfirmed.base && request.confirmWithin == nil:
            return .ends
        case .changes, .configuration, .restoration:
            if request.dryRun { return nil }
            throw BalancerError(
                .conflict,
                "revision \(unconfirmed.revision) waits for its confirmation, another \(confirmationRemaining) s",
                hint: "confirm it, or go back to revision \(unconfirmed.base)")
        }
    }

    /// A group is durable: what it began or ended.
    func noteConfirmations(of requests: [AcceptedRequest]) {
        for request in requests {
            switch request.confirmation {
            case nil: break
            case .ends:
                unconfirmed = nil
                store.keep(from: nil)
            case .begins(let seconds):
                guard request.makesRevision else { break }
                let deadline = scheduler.wallClock + Int64(seconds)
                waitForConfirmation(
                    of: UnconfirmedChange(revision: request.revision, deadline: deadline, window: seconds), seconds)
            }
        }
    }

    /// While the daemon runs time is counted by the clock that nobody sets.
    private func waitForConfirmation(of change: UnconfirmedChange, _ seconds: Int) {
        unconfirmed = change
        unconfirmedDue = scheduler.now + UInt64(seconds) * 1_000_000_000
        store.keep(from: change.revision)
        scheduler.after(milliseconds: seconds * 1_000) { [weak self] in
            if self?.unconfirmed == change { self?.takeBack(change) }
        }
    }

    private func takeBack(_ change: UnconfirmedChange) {
        submit(reversal(of: change)) { [weak self] result in self?.reversed(change, result) }
    }

    /// The kernel or the disk may refuse for a while: it is tried until it is done.
    private func reversed(_ change: UnconfirmedChange, _ result: Result<ChangeOutcome, BalancerError>) {
        guard case .failure = result, unconfirmed == change else { return }
        scheduler.after(milliseconds: Self.patience) { [weak self] in
            if self?.unconfirmed == change { self?.takeBack(change) }
        }
    }

    private func reversal(of change: UnconfirmedChange) -> ChangeRequest {
        ChangeRequest(
            content: .reversal, comment: "revision \(change.revision) was not confirmed within \(change.window) s",
            author: Author(user: 0, group: 0, process: 0, origin: "confirmation"))
    }

    // MARK: Start

    /// Reads what waited when the last daemon ended.
    func readConfirmation() throws(StoreFailure) {
        guard let stored = try store.metadata(MetadataKey.unconfirmed) else { return }
        unconfirmed = UnconfirmedChange(encoded: stored)
        store.keep(from: unconfirmed?.revision)
    }

    /// Goes on waiting, or takes back, before anything else is done, what was not confirmed in time.
    ///
    /// - Parameter completion: called once: when clients may be served.
    func resumeConfirmation(completion: @escaping () -> Void) {
        guard let change = unconfirmed else { return completion() }
        let seconds = change.remaining(at: scheduler.wallClock)
        guard seconds == 0 else {
            waitForConfirmation(of: change, seconds)
            return completion()
        }
        requeue([
            Submission(
                request: reversal(of: change),
                completion: { [weak self] result in
                    self?.reversed(change, result)
                    completion()
                }, arrival: scheduler.now)
        ])
        schedule()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Takes a group's requests in order, each against the result of the one before. What is refused is answered at once and
/// takes nobody with it. A large document is applied some objects at a time.
final class GroupValidator {
    private let engine: Engine
    private let submissions: [Submission]
    private var draft: Draft
    private var next = 0
    /// The request at `next`, once it has begun.
    private var application: RequestApplication?
    /// The same, if it only asks.
    private var dryRun: DryRun?
    /// What the request at `next` does about confirmations.
    private var confirmation: ConfirmationStep?
    private(set) var accepted: [AcceptedRequest] = []

    /// Objects of a document in one piece of work: a millisecond, or some.
    private static let piece = 32

    init(engine: Engine, submissions: [Submission]) {
        self.engine = engine
        self.submissions = submissions
        draft = Draft(on: engine.configuration)
        draft.now = engine.scheduler.wallClock
    }

    /// What all accepted requests change together.
    var delta: ConfigurationDelta { draft.delta }

    private var newest: UInt64 { accepted.last?.revision ?? engine.revision }

    /// Does the next piece.
    ///
    /// - Returns: whether all requests are accepted or answered.
    func advance() -> Bool {
        guard next < submissions.count else { return true }
        let submission = submissions[next]
        do throws(BalancerError) {
            guard try validate(submission) else { return false }
        } catch {
            engine.answer(submission, .failure(error))
        }
        application = nil
        dryRun = nil
        next += 1
        return false
    }

    /// - Returns: whether the request is done, accepted or answered.
    private func validate(_ submission: Submission) throws(BalancerError) -> Bool {
        let request = submission.request
        if application == nil, dryRun == nil {
            if !request.isWhole, let unknown = engine.unknownReason { throw unknown }
            if let expected = request.ifRevision, expected != newest {
                throw BalancerError(.conflict, "the revision is \(newest), not \(expected)")
            }
            confirmation = try engine.confirmationStep(of: request)
            if request.dryRun {
                dryRun = try DryRun(request, engine: engine)
                return false
            }
            application = try RequestApplication(request, to: &draft, engine)
        }
        if let dryRun {
            guard let outcome = try dryRun.advance(objects: Self.piece) else { return false }
            engine.answer(submission, .success(outcome))
            return true
        }
        guard try application!.advance(&draft, objects: Self.piece) else { return false }
        let delta = draft.takeRequestDelta()
        let revision = delta.isEmpty ? newest : newest + 1
        accepted.append(
            AcceptedRequest(
                submission: submission, revision: revision, delta: delta, confirmation: confirmation))
        return true
    }
}

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
    /// Whether the request at `next` has begun and is not done.
    private var isUnderWay = false
    /// How far the request at `next` has gone back, if it does.
    private var stepsBack: StepsBack?
    /// The request at `next`, if it only asks.
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
        stepsBack = nil
        dryRun = nil
        isUnderWay = false
        next += 1
        return false
    }

    /// - Returns: whether the request is done, accepted or answered.
    private func validate(_ submission: Submission) throws(BalancerError) -> Bool {
        let request = submission.request
        if !isUnderWay {
            if case .degraded(let reason) = engine.state, !request.isWhole {
                throw BalancerError(
                    .storage, reason,
                    hint: "apply a whole configuration (mode replace), or start nftlbd with --restore")
            }
            if let expected = request.ifRevision, expected != newest {
                throw BalancerError(.conflict, "the revision is \(newest), not \(expected)")
            }
            confirmation = try engine.confirmationStep(of: request)
            if request.dryRun {
                dryRun = try DryRun(request, engine: engine)
                isUnderWay = true
                return false
            }
            switch request.content {
            case .changes(let changes): try draft.begin(changes, as: request.role)
            case .configuration(let document, let mode):
                try draft.begin(configuration: document, mode: mode, as: request.role)
            case .expiry: try draft.expire()
            case .drained(let drains): try draft.end(drains)
            case .restoration(let revision): stepsBack = try StepsBack(engine, to: revision)
            case .reversal: stepsBack = try StepsBack(engine, unconfirmed: engine.unconfirmed)
            case .confirmation: try draft.apply([])
            }
            isUnderWay = true
        }
        if let dryRun {
            guard let outcome = try dryRun.advance(objects: Self.piece) else { return false }
            engine.answer(submission, .success(outcome))
            return true
        }
        guard try advanceRequest() else { return false }
        let delta = draft.takeRequestDelta()
        let revision = delta.isEmpty ? newest : newest + 1
        accepted.append(
            AcceptedRequest(
                submission: submission, revision: revision, delta: delta, confirmation: confirmation))
        return true
    }

    /// The next objects of the request.
    private func advanceRequest() throws(BalancerError) -> Bool {
        if stepsBack != nil { return try stepsBack!.advance(&draft, objects: Self.piece) }
        return try draft.advance(objects: Self.piece)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

/// What a request wants to change, once what it depends on is known.
struct Intention: Sendable {
    /// What must be known before.
    var lookups: Set<Lookup> = []
    /// What must be known when it was refused without.
    var lookupsAfterRefusal: Set<Lookup> = []
    /// Whether what was looked up must still be so when the change is made.
    var isBoundToRevision = true
    /// Whether it may be done twice, when it is not known whether the first time was one.
    var isRepeatable = true
    /// What that program says when its rules fail.
    var message = LegacyMessage.errorGenerating
    /// The changes; none: there is nothing to do. Throws what is answered instead.
    var changes: @Sendable (Knowledge) throws(LegacyAnswer) -> [Change]
}

extension Bridge {
    /// How often a change that depends on what is declared begins again because that has changed meanwhile; with the pauses
    /// this is as long as the bridge waits for a daemon that is away.
    private static let attempts = 13
    /// From which attempt on it goes alone, and makes pauses before.
    private static let firstAttemptAlone = 4
    /// The first pause; each is twice as long as the one before, up to the longest.
    private static let shortestPause = Duration.milliseconds(10)
    private static let longestPause = Duration.milliseconds(500)

    /// Makes what is intended, all or nothing, and says what it knew when it did.
    @discardableResult
    func change(_ intention: Intention, _ request: HTTPRequest) async throws(LegacyAnswer) -> Knowledge {
        var lookups = intention.lookups
        // Whether a change was sent and nobody knows what became of it.
        var isUncertain = false
        // What was refused last, because something else has changed meanwhile.
        var late: [Change]?
        var pause = Self.shortestPause
        for attempt in 1...Self.attempts {
            let alone = attempt >= Self.firstAttemptAlone
            if alone, late != nil {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
            let outcome = await changing.pass(alone: alone) {
                await self.attempt(intention, lookups, late: alone ? late : nil, request)
            }
            switch outcome {
            case .done(let knowledge): return knowledge
            case .answered(let answer):
                guard isUncertain, answer.status == 404 else { throw answer }
                throw LegacyAnswer(DaemonFailure.lost, intention.message)
            case .failed(let failure, let sent):
                let isBound = sent?.isBound ?? intention.isBoundToRevision
                switch failure {
                case .lost where intention.isRepeatable: isUncertain = true
                case _ where failure.isOtherRevision && !lookups.isEmpty: late = sent?.changes
                // Something that was looked up went meanwhile. Of the very revision that was looked up, that cannot be.
                case _ where failure.isNotFound && !lookups.isEmpty && !isBound: continue
                case _ where failure.dependsOnMore && lookups != intention.lookups.union(intention.lookupsAfterRefusal):
                    lookups.formUnion(intention.lookupsAfterRefusal)
                // What it is to delete may have gone with the first of the two.
                case _ where failure.isNotFound && isUncertain:
                    throw LegacyAnswer(DaemonFailure.lost, intention.message)
                default: throw LegacyAnswer(failure, intention.message)
                }
            }
        }
        throw LegacyAnswer(503, intention.message, [.own("Others change the same all the time, try again")])
    }

    private enum Outcome: Sendable {
        case done(Knowledge)
        case answered(LegacyAnswer)
        /// With what was sent, if it came to that.
        case failed(DaemonFailure, Sent?)
    }

    /// Changes, and whether they were to be made only of the revision that they were written for.
    private struct Sent: Sendable {
        var changes: [Change]
        var isBound: Bool
    }

    /// Looks up, and sends what follows from it.
    ///
    /// - Parameter late: what came too late several times. When the same follows from what is declared now, what changed
    ///   meanwhile was none of its business, and it is not bound to the revision any more: others that change something
    ///   all the time must not keep it out.
    private func attempt(
        _ intention: Intention, _ lookups: Set<Lookup>, late: [Change]?, _ request: HTTPRequest
    ) async -> Outcome {
        var sent: Sent?
        do throws(DaemonFailure) {
            let knowledge = try await daemon.knowledge(lookups)
            let changes: [Change]
            do throws(LegacyAnswer) {
                changes = try intention.changes(knowledge)
                try request.allow(changes)
            } catch {
                return .answered(error)
            }
            if !changes.isEmpty {
                let isBound = intention.isBoundToRevision && changes != late
                sent = Sent(changes: changes, isBound: isBound)
                try await daemon.apply(
                    changes, ifRevision: isBound ? knowledge.revision : nil,
                    comment: "\(request.verb.rawValue) /\(request.path.parts.first ?? "")")
            }
            return .done(knowledge)
        } catch {
            return .failed(error, sent)
        }
    }
}

extension DaemonFailure {
    /// Whether it was refused for what it was taken to be without knowing: a backend that is there and complete, an address
    /// that belongs to its farm.
    fileprivate var dependsOnMore: Bool {
        guard let place = invalidPlace?.components, place.first == "farms", let key = place.last else { return false }
        switch place.count {
        case 3: return ["family", "virtual-addr", "virtual-ports", "protocol", "iface", "iether-addr"].contains(key)
        case 5: return place[2] == "backends" && key == "ip-addr"
        default: return false
        }
    }
}

extension HTTPRequest {
    /// Refuses what the key does not allow.
    func allow(_ changes: [Change]) throws(LegacyAnswer) {
        guard let needed = changes.map(\.requiredRole).max(), needed > role else { return }
        throw LegacyAnswer(
            403, .invalidRequest, [.own("This change needs a key of the role \(needed.word), the key is \(role.word)")])
    }
}

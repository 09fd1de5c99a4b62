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
    /// How often a change that depends on what is declared begins again because that has changed meanwhile.
    private static let attempts = 10
    /// From which attempt on it goes alone.
    private static let firstAttemptAlone = 4

    /// Makes what is intended, all or nothing, and says what it knew when it did.
    @discardableResult
    func change(_ intention: Intention, _ request: HTTPRequest) async throws(LegacyAnswer) -> Knowledge {
        var lookups = intention.lookups
        // Whether a change was sent and nobody knows what became of it.
        var isUncertain = false
        for attempt in 1...Self.attempts {
            let outcome = await changing.pass(alone: attempt >= Self.firstAttemptAlone) {
                await self.attempt(intention, lookups, request)
            }
            switch outcome {
            case .done(let knowledge): return knowledge
            case .answered(let answer):
                guard isUncertain, answer.status == 404 else { throw answer }
                throw LegacyAnswer(DaemonFailure.lost, intention.message)
            case .failed(let failure):
                switch failure {
                case .lost where intention.isRepeatable: isUncertain = true
                case _ where failure.isOtherRevision && !lookups.isEmpty: continue
                // Something that was looked up went meanwhile. Of the very revision that was looked up, that cannot be.
                case _ where failure.isNotFound && !lookups.isEmpty && !intention.isBoundToRevision: continue
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
        case failed(DaemonFailure)
    }

    private func attempt(_ intention: Intention, _ lookups: Set<Lookup>, _ request: HTTPRequest) async -> Outcome {
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
                try await daemon.apply(
                    changes, ifRevision: intention.isBoundToRevision ? knowledge.revision : nil,
                    comment: "\(request.verb.rawValue) /\(request.path.parts.first ?? "")")
            }
            return .done(knowledge)
        } catch {
            return .failed(error)
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

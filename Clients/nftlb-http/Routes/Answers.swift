// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

extension LegacyAnswer {
    /// What is answered when the daemon did not do what was asked. `message` is what that program says of such a request
    /// when its rules fail.
    init(_ failure: DaemonFailure, _ message: LegacyMessage = .errorGenerating) {
        switch failure {
        case .away, .lost, .silent: self.init(503, message, [.own("The balancer does not answer, try again")])
        case .tooLong: self.init(413, message, [.own("The change is too large")])
        case .violation(let text): self.init(500, message, [.own(text)])
        case .refused(let error): self.init(error, message)
        }
    }

    private init(_ error: RPCError, _ message: LegacyMessage) {
        let place = error.details?.path.map { "\($0): " } ?? ""
        let hint = error.details?.hint.map { " (\($0))" } ?? ""
        let sentence = LegacySentence.own(place + (error.details?.reason ?? error.message) + hint)
        switch error.kind {
        case .notFound:
            let missing = error.details?.path.flatMap { LegacySentence(missing: $0) }
            self.init(404, message == .errorGenerating ? .unknownObject : message, [missing ?? sentence])
        case .invalid, .conflict, .limit: self.init(error, refusing: message, sentence)
        // It is right, and not to be had here.
        case .unsupported: self.init(501, message, [sentence])
        case .refusedByKernel, .storage, nil: self.init(500, message, [sentence])
        case .notPermitted: self.init(403, message, [sentence])
        case .busy: self.init(503, message, [sentence])
        }
    }

    /// A value that is not taken, where that program takes it and breaks or where it says so itself.
    private init(_ error: RPCError, refusing message: LegacyMessage, _ sentence: LegacySentence) {
        let refused = message == .errorGenerating ? LegacyMessage.errorParsing : message
        let place = error.details?.path?.components ?? []
        if place.count == 3, place[0] == "farms", place[2] == "helper" {
            self.init(400, refused, [.helperMismatch(farm: place[1])])
        } else if place.count == 4, place[2] == "policies" {
            // A policy that is named and is not there.
            let isFarm = place[0] == "farms" && message == .errorGenerating
            self.init(
                place[0] == "farms" ? 404 : 500, isFarm ? .unknownObject : refused, [.unknownPolicy(place[3])])
        } else {
            self.init(400, refused, [sentence])
        }
    }
}

extension LegacySentence {
    /// What that program says when there is no object at a place.
    init?(missing path: ObjectPath) {
        let parts = path.components
        switch (parts.first, parts.count > 2 ? parts[2] : nil, parts.count) {
        case ("farms", nil, 2): self = .unknownFarm(parts[1])
        case ("farms", "backends", 4): self = .unknownBackend(parts[3], farm: parts[1])
        case ("farms", "addresses", 4): self = .unknownFarmAddress(parts[3], farm: parts[1])
        case ("farms", "policies", 4): self = .unknownFarmPolicy(parts[3], farm: parts[1])
        case ("policies", nil, 2): self = .unknownPolicy(parts[1])
        case ("policies", "elements", 4): self = .unknownElement(parts[3], policy: parts[1])
        case ("addresses", nil, 2): self = .unknownAddress(parts[1])
        default: return nil
        }
    }
}

/// The name in a path; one that no object can have is one that no object has.
extension Name {
    init(known text: String, else answer: LegacyAnswer) throws(LegacyAnswer) {
        do throws(InvalidValue) {
            try self.init(text)
        } catch {
            throw answer
        }
    }
}

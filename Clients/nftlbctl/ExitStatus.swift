// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerModel
import BalancerProtocol

/// What the program ends with. Scripts depend on every number.
enum ExitStatus: Int32, CaseIterable {
    case ok = 0
    case failed = 1
    case usage = 2
    case noDaemon = 3
    case notFound = 4
    case refused = 5
    case notPermitted = 6
    case conflict = 7
    case timedOut = 8
    case refusedByKernel = 9

    /// What it means, for the help.
    var meaning: String {
        switch self {
        case .ok: "ok"
        case .failed: "failed"
        case .usage: "wrong usage"
        case .noDaemon: "no daemon"
        case .notFound: "no such object"
        case .refused: "refused by validation"
        case .notPermitted: "not permitted"
        case .conflict: "conflict (revision)"
        case .timedOut: "time-out"
        case .refusedByKernel: "refused by the kernel"
        }
    }

    /// The status for a kind of error.
    init(_ kind: ErrorKind) {
        self =
            switch kind {
            case .notFound: .notFound
            case .invalid, .unsupported, .limit: .refused
            case .conflict: .conflict
            case .refusedByKernel: .refusedByKernel
            case .notPermitted: .notPermitted
            case .busy: .timedOut
            case .storage: .failed
            }
    }
}

/// Why the program ends without having done its work.
struct Failure: Error {
    var status: ExitStatus
    var message: String
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    init(_ error: BalancerError) {
        self.init(RPCError(error))
    }

    init(_ error: RPCError) {
        self.init(error.kind.map(ExitStatus.init) ?? .failed, error.message, hint: error.details?.hint)
    }

    init(_ error: ClientError) {
        switch error {
        case .noDaemon: self.init(.noDaemon, error.description, hint: "is nftlbd running? --socket names its socket")
        case .notPermitted: self.init(.notPermitted, error.description)
        case .timedOut: self.init(.timedOut, error.description, hint: "a change that was sent may still be made")
        case .closed, .failed, .violation: self.init(.failed, error.description)
        case .refused(let error): self.init(error)
        }
    }
}

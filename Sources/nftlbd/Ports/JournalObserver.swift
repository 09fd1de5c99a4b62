// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import BalancerServer
import EventLoop

/// Writes to the journal what engine and server have to say: one line for each change, accepted or refused.
final class JournalObserver: EngineObserver {
    private let journal: Journal
    /// Called when a revision was made.
    var revisionMade: () -> Void = {}

    init(_ journal: Journal) { self.journal = journal }

    func requestEnded(_ request: ChangeRequest, result: Result<ChangeOutcome, BalancerError>) {
        guard !request.dryRun else { return }
        let author = request.author
        var audit = Audit(
            user: author.user, group: author.group, process: author.process, socket: author.origin,
            method: request.operation)
        switch result {
        case .success(let outcome):
            audit.revision = outcome.revision
            audit.send(.changeAccepted, "revision \(outcome.revision)", request.summary, to: journal)
            revisionMade()
        case .failure(let error):
            audit.result = error.kind.rawValue
            let kind: LogKind =
                switch error.kind {
                case .storage, .refusedByKernel: .changeFailed
                case .notFound, .invalid, .conflict, .unsupported, .notPermitted, .limit, .busy: .changeRefused
                }
            audit.send(
                kind, "refused (\(error.kind.rawValue))", "\(request.summary): \(error.sentence)", to: journal)
        }
    }

    func notice(_ notice: EngineNotice) {
        switch notice {
        case .repaired(let elements, let objects):
            journal.send(.repaired, "the kernel was corrected: \(elements) elements, \(objects) chains and sets")
        case .foreignChange(let text):
            journal.send(.drift, "another program changed our tables: \(text)")
        case .drift(let author, let elements, let objects):
            journal.send(
                .drift,
                "\(author ?? "another program") changed our tables; "
                    + "corrected: \(elements) elements, \(objects) chains and sets")
        case .fight(let author, let seconds):
            journal.send(
                .fight,
                "\(author ?? "another program") keeps changing our tables; "
                    + "from now on they are corrected every \(seconds) seconds at most")
        case .notCorrected(let text):
            journal.send(.notCorrected, "the tables could not be corrected: \(text); it is tried again")
        case .leftBehind(let text):
            journal.send(.leftBehind, "left behind until the next start, unreachable for packets: \(text)")
        case .connectionsNotReviewed(let text):
            journal.send(
                .connectionsNotReviewed, "clients that keep sending may stay with backends that are gone: \(text)")
        case .networkUnseen(let text):
            journal.send(.networkUnseen, "farms that depend on the host's network may be behind: \(text)")
        case .drained(let farm, let backend, let left):
            let rest = left.map { $0 == 0 ? "nobody was left" : "\($0) connections were left, and are cut" }
            journal.send(.drained, "\(farm)/\(backend) is drained\(rest.map { ": " + $0 } ?? "")")
        case .connectionsNotCut(let text):
            journal.send(.connectionsNotCut, "connections that should have been cut go on: \(text)")
        }
    }

    func notice(_ notice: ServerNotice) {
        switch notice {
        case .refusedConnection(let peer, let socket):
            journal.send(
                .clientRefused,
                "no place for a client: user \(peer.user) (process \(peer.process), \(socket.rawValue))")
        case .droppedConnection(let peer, let socket, let reason):
            journal.send(
                .clientDropped,
                "dropped a client: user \(peer.user) (process \(peer.process), \(socket.rawValue)): \(reason)")
        case .request(let peer, let socket, let method, let error):
            var audit = Audit(
                user: peer.user, group: peer.group, process: peer.process, socket: socket.rawValue, method: method)
            guard let error else { return audit.send(.changeAccepted, "done", method, to: journal) }
            audit.result = error.kind?.rawValue ?? "error \(error.code)"
            audit.send(.changeRefused, "refused (\(audit.result))", "\(method): \(error.message)", to: journal)
        }
    }
}

/// The one line of a change: who, from which socket, what, and what became of it.
private struct Audit {
    let user: UInt32
    let group: UInt32
    let process: Int32
    let socket: String
    let method: String
    var revision: UInt64?
    var result = "accepted"

    init(user: UInt32, group: UInt32, process: Int32, socket: String, method: String) {
        self.user = user
        self.group = group
        self.process = process
        self.socket = socket
        self.method = method
    }

    func send(_ kind: LogKind, _ outcome: String, _ what: String, to journal: Journal) {
        var fields = [
            Journal.Field("NFTLB_PEER_UID", "\(user)"), Journal.Field("NFTLB_PEER_GID", "\(group)"),
            Journal.Field("NFTLB_PEER_PID", "\(process)"), Journal.Field("NFTLB_SOCKET", socket),
            Journal.Field("NFTLB_OP", method), Journal.Field("NFTLB_RESULT", result),
        ]
        if let revision { fields.append(Journal.Field("NFTLB_REVISION", "\(revision)")) }
        journal.send(kind, "\(outcome): user \(user) (process \(process), \(socket)): \(what)", fields: fields)
    }
}

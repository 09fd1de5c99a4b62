// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
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
        var fields = [
            Journal.Field("NFTLB_PEER_UID", "\(author.user)"), Journal.Field("NFTLB_PEER_GID", "\(author.group)"),
            Journal.Field("NFTLB_PEER_PID", "\(author.process)"), Journal.Field("NFTLB_SOCKET", author.origin),
            Journal.Field("NFTLB_OP", "configuration.apply"),
        ]
        let who = "user \(author.user) (process \(author.process), \(author.origin))"
        switch result {
        case .success(let outcome):
            fields.append(Journal.Field("NFTLB_REVISION", "\(outcome.revision)"))
            fields.append(Journal.Field("NFTLB_RESULT", "accepted"))
            journal.send(.information, "revision \(outcome.revision): \(who): \(request.summary)", fields: fields)
            revisionMade()
        case .failure(let error):
            fields.append(Journal.Field("NFTLB_RESULT", error.kind.rawValue))
            let priority: Journal.Priority =
                switch error.kind {
                case .storage, .refusedByKernel: .error
                default: .notice
                }
            journal.send(
                priority, "refused (\(error.kind.rawValue)): \(who): \(request.summary): \(error.sentence)",
                fields: fields)
        }
    }

    func notice(_ notice: EngineNotice) {
        switch notice {
        case .repaired(let elements, let objects):
            journal.send(.notice, "the kernel was corrected: \(elements) elements, \(objects) chains and sets")
        case .foreignChange(let text):
            journal.send(.warning, "another program changed our tables: \(text)")
        case .leftBehind(let text):
            journal.send(.warning, "left behind until the next start, unreachable for packets: \(text)")
        }
    }

    func notice(_ notice: ServerNotice) {
        switch notice {
        case .refusedConnection(let peer, let socket):
            journal.send(
                .warning, "no place for a client: user \(peer.user) (process \(peer.process), \(socket.rawValue))")
        case .droppedConnection(let peer, let socket, let reason):
            journal.send(
                .warning,
                "dropped a client: user \(peer.user) (process \(peer.process), \(socket.rawValue)): \(reason)")
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension Router {
    /// `configuration.history` and `configuration.rollback`: what was declared.
    mutating func addHistoryHandlers(engine: Engine) {
        add(ConfigurationHistory.self, order: .read) { (parameters, _) throws(RPCError) in
            do throws(BalancerError) {
                let limit = min(parameters.limit?.count ?? .max, ConfigurationHistory.Result.most)
                // One more than is shown says whether there is more.
                let heads = try engine.history(before: parameters.cursor ?? .max, limit: limit + 1)
                let page = heads.prefix(limit)
                return ConfigurationHistory.Result(
                    page.map(RevisionEntry.init), cursor: page.count < heads.count ? page.last?.revision : nil)
            } catch {
                throw RPCError(error)
            }
        }
        add(ConfigurationRollback.self, order: .change) { parameters, caller, answer in
            engine.submit({ () throws(RPCError) in try ChangeRequest(parameters, caller: caller) }, answer)
        }
    }
}

extension ConfigurationHistory.Result {
    /// The most revisions of one reply: 100 bytes each, and comments of at most 4 KiB.
    static let most = 1_000
}

extension RevisionEntry {
    fileprivate init(_ head: RevisionHead) {
        self.init()
        revision = head.revision
        time = UInt64(max(0, head.time))
        user = UInt64(head.author.user)
        group = UInt64(head.author.group)
        process = UInt64(max(0, head.author.process))
        origin = head.author.origin
        objects = UInt64(head.objects)
        comment = head.comment
    }
}

extension ConfigurationApply.Result {
    /// What became of a change.
    init(_ outcome: ChangeOutcome) {
        self.init(revision: outcome.revision, transaction: outcome.transaction)
    }
}

extension ChangeRequest {
    /// The way back that a client asks for.
    fileprivate init(_ parameters: ConfigurationRollback.Parameters, caller: Caller) throws(RPCError) {
        try ConfigurationApply.Parameters.check(comment: parameters.comment, of: ConfigurationRollback.name)
        self.init(
            content: .restoration(revision: parameters.revision), ifRevision: parameters.ifRevision,
            dryRun: parameters.dryRun, comment: parameters.comment ?? "back to revision \(parameters.revision)",
            author: Author(caller), role: caller.role, confirmWithin: parameters.confirmWithin?.seconds)
    }
}

extension Author {
    /// The client of a connection.
    init(_ caller: Caller) {
        self.init(
            user: caller.peer.user, group: caller.peer.group, process: caller.peer.process,
            origin: caller.socket.rawValue)
    }
}

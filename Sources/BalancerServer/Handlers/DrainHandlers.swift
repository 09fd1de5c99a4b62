// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

extension Router {
    /// `backend.drain`: a change like any other.
    mutating func addDrainHandlers(engine: Engine) {
        add(BackendDrain.self, order: .change) { parameters, caller, answer in
            do throws(RPCError) {
                let request = try ChangeRequest(parameters, caller: caller)
                engine.submit(request) { outcome in
                    answer(outcome.map { BackendDrain.Result(revision: $0.revision) }.mapError(RPCError.init))
                }
            } catch {
                answer(.failure(error))
            }
        }
    }
}

extension ChangeRequest {
    fileprivate init(_ parameters: BackendDrain.Parameters, caller: Caller) throws(RPCError) {
        let deadline: Seconds
        do { deadline = try Seconds(parameters.deadline) } catch {
            throw .invalidParameters("deadline: \(error.reason)")
        }
        if let comment = parameters.comment, comment.utf8.count > ConfigurationApply.Parameters.commentLimit {
            throw .invalidParameters("'comment' is longer than \(ConfigurationApply.Parameters.commentLimit) bytes")
        }
        let order = DrainOrder(
            farm: try Name(parameter: parameters.farm, "farm"),
            backend: try Name(parameter: parameters.backend, "backend"), deadline: deadline)
        self.init(
            content: .changes([.drain(order)]), ifRevision: parameters.ifRevision, comment: parameters.comment,
            author: Author(caller), role: caller.role)
        method = BackendDrain.name
    }
}

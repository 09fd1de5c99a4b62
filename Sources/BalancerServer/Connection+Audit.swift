// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

// One line of the log for each change: what reaches the engine is told of by the engine, which knows what became of it.
extension Connection {
    private static let refusalsToldOf = 100

    /// Tells how a request ended that is for more than readers.
    ///
    /// - Parameter atOnce: it was answered before its handler returned. The engine answers changes in a later turn.
    func audit(_ method: String, _ route: Router.Route, _ outcome: Router.Outcome, atOnce: Bool) {
        guard route.role > .reader else { return }
        switch outcome {
        case .failure(let error) where route.order != .change || atOnce: auditRefusal(method, error)
        case .success where route.order != .change: server.audit(caller, method, nil)
        case .success, .failure: break
        }
    }

    /// Tells of a request that was refused at the door: not of all that one client comes up with, or its lines would push
    /// others out of the log.
    func auditRefusal(_ method: String, _ error: RPCError) {
        refusals += 1
        if refusals <= Self.refusalsToldOf { server.audit(caller, method, error) }
    }
}

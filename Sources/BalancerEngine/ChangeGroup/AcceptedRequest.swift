// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// A request that was valid when its turn came.
struct AcceptedRequest {
    let submission: Submission
    /// The revision it makes; the one before when it changes nothing.
    let revision: UInt64
    /// What it alone changes.
    let delta: ConfigurationDelta

    var makesRevision: Bool { !delta.isEmpty }
}

extension Draft {
    /// Applies what a request asks for; all of it or nothing.
    mutating func apply(_ request: ChangeRequest) throws(BalancerError) {
        switch request.content {
        case .changes(let changes): try apply(changes, as: request.role)
        case .configuration(let document, let mode):
            try apply(configuration: document, mode: mode, as: request.role)
        }
    }
}

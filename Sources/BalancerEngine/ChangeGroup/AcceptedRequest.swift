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
    /// What it does about confirmations.
    var confirmation: ConfirmationStep?

    var makesRevision: Bool { !delta.isEmpty }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How the process ends. Scripts and units depend on the numbers.
enum ExitStatus: Int32 {
    /// Done, or stopped as asked.
    case success = 0
    /// Something failed that none of the others names.
    case failure = 1
    /// The command line is wrong.
    case usage = 2
    /// The configuration was refused; neither kernel nor store was touched.
    case refused = 5
    /// Another owner has the tables, the store or the socket.
    case owned = 7
    /// The kernel refused.
    case kernel = 9
}

/// Why the daemon ends before it was asked to.
struct Failure: Error, Equatable {
    /// What the caller learns.
    var status: ExitStatus
    /// What a person learns: one sentence that names the place.
    var reason: String
}

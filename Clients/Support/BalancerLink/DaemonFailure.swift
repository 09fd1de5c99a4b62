// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerProtocol

/// Why a call to the daemon has no result.
package enum DaemonFailure: Error, Sendable {
    /// Nobody took the call in time: nothing was done.
    case away
    /// The connection ended before the reply. A change that was sent may have been made.
    case lost
    /// No reply came in time. A change that was sent may still be made.
    case silent
    /// The call is longer than the daemon takes.
    case tooLong
    /// The daemon said something that is not the protocol.
    case violation(String)
    /// The daemon answered with an error.
    case refused(RPCError)
}

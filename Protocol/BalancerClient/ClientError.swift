// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerProtocol

/// Why a call has no result.
public enum ClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody listens at the path.
    case noDaemon(path: String, reason: String)
    /// The path may not be opened by this user.
    case notPermitted(path: String)
    /// The deadline passed first. A change that was sent may still be made.
    case timedOut
    /// The connection ended before the reply.
    case closed
    /// Reading or writing failed; the text is the system's.
    case failed(String)
    /// The server said something that is not the protocol.
    case violation(String)
    /// The server answered with an error.
    case refused(RPCError)

    /// One sentence.
    public var description: String {
        switch self {
        case .noDaemon(let path, let reason): "no daemon answers at \(path): \(reason)"
        case .notPermitted(let path): "\(path) may not be opened by this user"
        case .timedOut: "no answer in time"
        case .closed: "the daemon closed the connection before it answered"
        case .failed(let text): text
        case .violation(let text): "the daemon does not speak this protocol: \(text)"
        case .refused(let error): error.message
        }
    }
}

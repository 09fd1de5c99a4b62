// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import JSON
import NIOCore

/// The daemon as the routes see it. Reads and changes have a connection each, so that a reader never waits for somebody
/// else's large change.
struct Daemon: Sendable {
    /// The socket when nothing else is said.
    static let defaultSocket = "/run/nftlb/nftlb.sock"

    let reads: DaemonLink
    let changes: DaemonLink

    /// How long a call waits for a daemon that is away: it restarts in less, and clients give up after 3 seconds.
    static let patience = TimeAmount.milliseconds(2_500)

    static func make(path: String, on eventLoop: any EventLoop, patience: TimeAmount = patience) async throws -> Daemon
    {
        Daemon(
            reads: try await DaemonLink.make(path: path, on: eventLoop, patience: patience),
            changes: try await DaemonLink.make(path: path, on: eventLoop, patience: patience))
    }

    /// Calls a method that changes nothing. A connection that ends meanwhile is made again.
    func read<Method: RPCMethod>(
        _ method: Method.Type, _ parameters: Method.Parameters = .init()
    ) async throws(DaemonFailure) -> Method.Result {
        for _ in 0..<3 {
            do throws(DaemonFailure) {
                return try await reads.call(method, parameters)
            } catch {
                guard case .lost = error else { throw error }
            }
        }
        throw .away
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NetworkService

/// Listens and serves, on one event loop.
struct MetricsServer: Sendable {
    private let eventLoop: any EventLoop
    private let table: NIOLoopBound<ConnectionTable>
    private let limits: ServerLimits
    private let responder: Responder

    static func make(
        on eventLoop: any EventLoop, limits: ServerLimits, responder: Responder
    ) async throws -> MetricsServer {
        try await eventLoop.submit {
            MetricsServer(
                eventLoop: eventLoop,
                table: NIOLoopBound(ConnectionTable(limit: limits.connections), eventLoop: eventLoop), limits: limits,
                responder: responder)
        }.get()
    }

    /// Serves a socket that is bound already, or an address to bind, and returns where it listens.
    func listen(on place: ListeningPlace) async throws -> any Channel {
        try await place.serveHTTP(
            on: eventLoop, backlog: 128, head: limits.head, headerLines: limits.headerLines
        ) { MetricsConnection(table: table.value, responder: responder, limits: limits) }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NetworkService

/// Listens and serves, on one event loop.
struct HTTPServer: Sendable {
    private let eventLoop: any EventLoop
    private let table: NIOLoopBound<ConnectionTable>
    private let gate: Gate
    private let responder: any Responder
    private let limits: ServerLimits

    static func make(
        on eventLoop: any EventLoop, limits: ServerLimits, gate: Gate, responder: any Responder
    ) async throws -> HTTPServer {
        try await eventLoop.submit {
            HTTPServer(
                eventLoop: eventLoop, table: NIOLoopBound(ConnectionTable(limits: limits), eventLoop: eventLoop),
                gate: gate, responder: responder, limits: limits)
        }.get()
    }

    /// Serves a socket that is bound already, of an address to bind, and returns where it listens.
    func listen(on place: ListeningPlace) async throws -> any Channel {
        try await place.serveHTTP(
            on: eventLoop, backlog: 1_024, head: limits.head, headerLines: limits.headerLines
        ) { HTTPConnection(table: table.value, gate: gate, responder: responder) }
    }

    /// Looks every second for connections that have waited for their client too long.
    func startSweeping() -> RepeatedTask {
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [table] _ in
            table.value.sweep(now: .now())
        }
    }

    /// Finishes what is under way, for at most `patience`.
    func close(patience: TimeAmount) async {
        let promise = eventLoop.makePromise(of: Void.self)
        eventLoop.execute { [table] in table.value.close(promise) }
        let timer = eventLoop.scheduleTask(in: patience) { [table] in table.value.abandon() }
        try? await promise.futureResult.get()
        timer.cancel()
    }

    /// How many clients are connected.
    var connectionCount: Int {
        get async { (try? await eventLoop.submit { [table] in table.value.count }.get()) ?? 0 }
    }
}

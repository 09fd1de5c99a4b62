// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NIOHTTP1
import NIOPosix
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
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            // A client that is done with asking may still read its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.addHandlers(to: channel) }
            }
        switch place {
        case .inherited(let descriptor): return try await bootstrap.withBoundSocket(descriptor).get()
        case .address(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
        }
    }

    private func addHandlers(to channel: any Channel) throws {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.head
        configuration.maxHeaderListSize = limits.head
        configuration.maxHeaderFieldCount = limits.headerLines
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: configuration)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(),
            // What is held is a part of a head: bodies are passed on as they come.
            ByteToMessageHandler(decoder, maximumBufferSize: limits.head),
            HTTPServerPipelineHandler(),
            HTTPConnection(table: table.value, gate: gate, responder: responder),
        ])
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

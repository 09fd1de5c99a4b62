// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore
import NIOHTTP1
import NIOPosix
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
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
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
            ByteToMessageHandler(decoder, maximumBufferSize: limits.head),
            HTTPServerPipelineHandler(),
            MetricsConnection(table: table.value, responder: responder, limits: limits),
        ])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import NIOCore
import NIOHTTP1
import NIOPosix

extension ListeningPlace {
    /// Waits there for clients that speak HTTP/1.1, and returns where that is.
    ///
    /// - Parameters:
    ///   - backlog: connections that wait until they are taken.
    ///   - head: bytes that the head of a request may have.
    ///   - headerLines: how many lines it may have.
    ///   - connection: makes what serves a connection, on its event loop; it gets requests in parts, one at a time.
    package func serveHTTP(
        on eventLoop: any EventLoop, backlog: CInt, head: Int, headerLines: Int,
        connection: @escaping @Sendable () -> any ChannelHandler
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            // A client that is done with asking may still read its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.addHandlers(connection(), to: channel, head: head, headerLines: headerLines)
                }
            }
        switch self {
        case .inherited(let descriptor): return try await bootstrap.withBoundSocket(descriptor).get()
        case .address(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
        }
    }

    private static func addHandlers(
        _ connection: any ChannelHandler, to channel: any Channel, head: Int, headerLines: Int
    ) throws {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = head
        configuration.maxHeaderListSize = head
        configuration.maxHeaderFieldCount = headerLines
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: configuration)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(),
            // What is held is a part of a head: bodies are passed on as they come.
            ByteToMessageHandler(decoder, maximumBufferSize: head),
            HTTPServerPipelineHandler(),
            connection,
        ])
    }
}

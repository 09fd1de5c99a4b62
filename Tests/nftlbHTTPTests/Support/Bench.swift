// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import InMemoryDaemon
import Logging
import NIOCore
import NIOPosix
import NetworkService

@testable import nftlb_http

/// The bridge on a port of this machine, in front of a daemon.
final class Bench: Sendable {
    static let key = "HoLa"

    let server: HTTPServer
    let port: Int
    private let listener: any Channel
    private let sweeping: RepeatedTask
    private let group: MultiThreadedEventLoopGroup

    /// A bridge in front of the daemon at a path.
    init(
        socket: String, limits: ServerLimits = ServerLimits(), keys: KeyRing = KeyRing(key: Bench.key),
        patience: TimeAmount = .milliseconds(2_500)
    ) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        var logger = Logger(label: "nftlb-http") { _ in LineHandler() }
        logger.logLevel = .critical
        let bridge = Bridge(
            daemon: try await Daemon.make(path: socket, on: eventLoop, patience: patience),
            changing: try await ChangeGate.make(on: eventLoop))
        let gate = Gate(keys: keys, limits: limits, logger: logger)
        server = try await HTTPServer.make(on: eventLoop, limits: limits, gate: gate, responder: bridge)
        listener = try await server.listen(on: .address(host: "127.0.0.1", port: 0))
        port = listener.localAddress?.port ?? 0
        sweeping = server.startSweeping()
    }

    deinit {
        sweeping.cancel()
        group.shutdownGracefully { _ in }
    }

    func client(seconds: Int = 120) throws -> RawClient { try RawClient(port: port, seconds: seconds) }

    /// One request on a connection of its own.
    func ask(_ verb: String, _ path: String, _ body: String? = nil, key: String? = Bench.key) throws -> RawAnswer {
        let client = try client()
        try client.send(Self.request(verb, path, body, key: key))
        return try client.answer(toHead: verb == "HEAD")
    }

    /// The text of a request as simple clients send it.
    static func request(_ verb: String, _ path: String, _ body: String? = nil, key: String? = Bench.key) -> String {
        var text = "\(verb) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        if let key { text += "Key: \(key)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }
}

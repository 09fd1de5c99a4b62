// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Logging
import NIOCore
import NIOPosix
import NetworkService
import UnixSignals

/// What the program does, from its options.
struct Settings: Sendable {
    var places: [ListeningPlace]
    var socket: String
    var keys: KeyRing
    var logLevel: Logger.Level
    var limits = ServerLimits()
}

/// Everything put together, until a signal ends it.
struct Service: Sendable {
    let settings: Settings

    /// How long clients get to read their answers once the service ends.
    private static let farewell = TimeAmount.seconds(5)

    func run() async throws {
        var logger = Logger(label: "nftlb-http") { _ in LineHandler() }
        logger.logLevel = settings.logLevel
        var limits = settings.limits
        limits.connections = min(limits.connections, DescriptorLimit.raise())
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let bridge = Bridge(
            daemon: try await Daemon.make(path: settings.socket, on: eventLoop),
            changing: try await ChangeGate.make(on: eventLoop))
        let gate = Gate(keys: settings.keys, limits: limits, logger: logger)
        let server = try await HTTPServer.make(on: eventLoop, limits: limits, gate: gate, responder: bridge)
        var listeners: [any Channel] = []
        for place in settings.places {
            let listener = try await server.listen(on: place)
            listeners.append(listener)
            logger.notice("listening on \(listener.localAddress?.shown ?? "an inherited socket")")
        }
        let sweeping = server.startSweeping()
        for await signal in signals {
            logger.notice("ended by \(signal)")
            break
        }
        for listener in listeners { try? await listener.close() }
        await server.close(patience: Self.farewell)
        sweeping.cancel()
        try await group.shutdownGracefully()
    }
}

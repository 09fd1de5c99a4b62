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
    var collectors: Set<CollectorName>
    var logLevel: Logger.Level
    var limits = ServerLimits()
}

/// Everything put together, until a signal ends it.
struct Service: Sendable {
    let settings: Settings

    func run() async throws {
        var logger = Logger(label: "nftlb-exporter") { _ in LineHandler() }
        logger.logLevel = settings.logLevel
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let runner = ScrapeRunner(
            source: try await DaemonSource.make(path: settings.socket, on: eventLoop), enabled: settings.collectors,
            logger: logger)
        let responder = Responder(runner: runner, gate: ScrapeGate(limits: settings.limits), logger: logger)
        let server = try await MetricsServer.make(on: eventLoop, limits: settings.limits, responder: responder)
        var listeners: [any Channel] = []
        for place in settings.places {
            let listener = try await server.listen(on: place)
            listeners.append(listener)
            logger.notice("listening on \(listener.localAddress?.shown ?? "an inherited socket")")
        }
        for await signal in signals {
            logger.notice("ended by \(signal)")
            break
        }
        for listener in listeners { try? await listener.close() }
        // Who is in the middle of a scrape asks again.
        try await group.shutdownGracefully()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Logging
import NIOCore
import NIOPosix
import Namespaces
import NetworkService

@testable import nftlb_exporter

/// The exporter on a port of this machine, in front of a daemon.
final class Bench: Sendable {
    let port: Int
    private let group: MultiThreadedEventLoopGroup

    init(
        socket: String, collectors: Set<CollectorName> = Set(CollectorName.allCases),
        limits: ServerLimits = ServerLimits()
    ) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        var logger = Logger(label: "nftlb-exporter") { _ in LineHandler() }
        logger.logLevel = .critical
        let runner = ScrapeRunner(
            source: try await DaemonSource.make(path: socket, on: eventLoop), enabled: collectors, logger: logger)
        let server = try await MetricsServer.make(
            on: eventLoop, limits: limits,
            responder: Responder(runner: runner, gate: ScrapeGate(limits: limits), logger: logger))
        port = try await server.listen(on: .address(host: "127.0.0.1", port: 0)).localAddress?.port ?? 0
    }

    deinit { group.shutdownGracefully { _ in } }

    /// What curl makes of an address here. It waits on a thread of its own: the few of Swift's tasks are the exporter's.
    func curl(_ path: String = "/metrics", _ options: String...) async throws -> String {
        try await run(["curl", "-gsS", "-m", "20", "http://127.0.0.1:\(port)\(path)"] + options)
    }

    /// The value of a series in a scrape; nil: it is not there.
    func value(_ series: String, _ path: String = "/metrics") async throws -> String? {
        try await curl(path).value(of: series)
    }
}

/// Does what waits on a thread of its own, beside Swift's tasks.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
    }
}

/// The output of a program that must succeed.
func run(_ words: [String], file: String? = nil) async throws -> String {
    try await onThread { try Command.succeed(words, file: file) }
}

extension String {
    /// The value of a series in a text.
    func value(of series: String) -> String? {
        let line = split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line.map { String($0.dropFirst(series.count + 1)) }
    }

    /// The lines that are series and not about them.
    var series: [String] { split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init) }
}

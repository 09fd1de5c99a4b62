// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import NetworkService

/// `nftlb-exporter`: what nftlbd knows, for Prometheus.
struct NftlbExporter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nftlb-exporter",
        abstract: "Serves what nftlbd knows of farms, backends and itself to Prometheus, at /metrics.",
        discussion: """
            Sockets passed by the service manager are served instead of --listen.

            Collectors: \(CollectorName.allCases.map(\.rawValue).joined(separator: ", ")). Those of backends make most of \
            the series: --exclude switches collectors off for everybody; collect[]=NAME, exclude[]=NAME and farm[]=NAME in \
            the query choose for one scrape.

            Exit status: 0 ended by a signal, 1 failed, 2 wrong usage.
            """,
        version: "nftlb-exporter \(Version.text)")

    @Option(help: ArgumentHelp("Where to listen; may be repeated. Default: 127.0.0.1:9195.", valueName: "host:port"))
    var listen: [ListeningPlace] = []

    @Option(
        help: ArgumentHelp(
            "The daemon's read-only socket. Default: $NFTLB_SOCKET, else \(Self.defaultSocket).", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("A collector that is switched off; may be repeated.", valueName: "collector"))
    var exclude: [CollectorName] = []

    @Option(help: "What to log: error, warning, notice, info (a line for each request) or debug.")
    var logLevel: LogLevel = .notice

    /// The socket when nothing else is said.
    static let defaultSocket = "/run/nftlb/nftlb-ro.sock"

    /// What the options and the environment ask for.
    func settings() throws(Failure) -> Settings {
        let inherited = ListeningPlace.inherited(environment: Program.environment)
        let chosen = listen.isEmpty ? [ListeningPlace.address(host: "127.0.0.1", port: 9195)] : listen
        let named = Program.environment("NFTLB_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
        return Settings(
            places: inherited.isEmpty ? chosen : inherited, socket: socket ?? named ?? Self.defaultSocket,
            collectors: Set(CollectorName.allCases).subtracting(exclude), logLevel: logLevel.level)
    }
}

extension CollectorName: ExpressibleByArgument {}

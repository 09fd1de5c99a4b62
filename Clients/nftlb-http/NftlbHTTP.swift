// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import NetworkService

/// `nftlb-http`: the C program's HTTP API in front of nftlbd.
struct NftlbHTTP: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nftlb-http",
        abstract: "Serves the HTTP API of the C program nftlb and puts it to nftlbd.",
        discussion: """
            The key that clients send in the header `Key` comes from --key-file, else from the credential `key` of the \
            service manager, else from NFTLB_SERVER_KEY. A file has a key a line, behind it `reader`, `operator` or \
            `administrator`; without one of these words it allows everything.

            Sockets passed by the service manager are served instead of --listen.

            Exit status: 0 ended by a signal, 1 failed, 2 wrong usage or no key.
            """,
        version: "nftlb-http \(Version.text)")

    @Option(help: ArgumentHelp("Where to listen; may be repeated. Default: 127.0.0.1:5555.", valueName: "host:port"))
    var listen: [ListeningPlace] = []

    @Option(
        help: ArgumentHelp(
            "The daemon's socket. Default: $NFTLB_SOCKET, else \(Daemon.defaultSocket).", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("The file with the keys.", valueName: "file"))
    var keyFile: String?

    @Option(help: "What to log: error, warning, notice, info (a line for each request) or debug.")
    var logLevel: LogLevel = .notice

    /// What the options and the environment ask for.
    func settings() throws(Failure) -> Settings {
        guard let source = KeySource(option: keyFile, environment: Program.environment) else {
            throw Failure(.usage, "no key: give --key-file, a credential `key`, or NFTLB_SERVER_KEY")
        }
        let keys: KeyRing
        do throws(KeyRing.Mistake) {
            keys = try source.keys()
        } catch {
            throw Failure(.usage, "no key: \(error)")
        }
        let inherited = ListeningPlace.inherited(environment: Program.environment)
        let chosen = listen.isEmpty ? [ListeningPlace.standard] : listen
        let named = Program.environment("NFTLB_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
        return Settings(
            places: inherited.isEmpty ? chosen : inherited, socket: socket ?? named ?? Daemon.defaultSocket, keys: keys,
            logLevel: logLevel.level)
    }
}

extension ListeningPlace {
    /// The C program's default.
    static let standard = ListeningPlace.address(host: "127.0.0.1", port: 5555)
}

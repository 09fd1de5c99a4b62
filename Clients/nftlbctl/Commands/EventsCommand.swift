// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import Glibc
import JSON

/// `nftlbctl events`
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Prints what happens, as it happens.",
        discussion: """
            One line for each event: changed, refused, state, drift, drained, limit, session; lost where some are forgotten. With
            `--output json` each line is an object. When the daemon goes away it is waited for as long as `--timeout` says, and
            the events go on where they ended.

            """
                + Help.examples([
                    ("nftlbctl events", "from now on"),
                    ("nftlbctl events --since 41", "first everything that happened after revision 41"),
                    ("nftlbctl events -o json --after 1700000000000123", "behind an event that a program has had"),
                ]))

    @Option(help: ArgumentHelp("First everything after this revision.", valueName: "revision")) var since: UInt64?
    @Option(help: ArgumentHelp("First everything after the event with this sequence.", valueName: "sequence"))
    var after: UInt64?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var place = EventPlace(after: after, since: since)
        var daemon = try global.connect()
        while true {
            do throws(Failure) {
                try daemon.watch(&place) { event in print(event) }
            } catch {
                guard error.status == .failed || error.status == .noDaemon else { throw error }
                daemon = try Self.reconnect(global, error)
            }
        }
    }

    private func print(_ event: WatchedEvent) {
        let printer = global.printer
        switch printer.format {
        case .json: printer.json(.object(event.object), indented: false)
        case .table: Output.data(event.text(printer.style))
        case .name: Output.data(event.event.rawValue)
        }
    }

    /// Tries until there is a daemon again.
    static func reconnect(_ global: GlobalOptions, _ failure: Failure) throws(Failure) -> Daemon {
        let end = ContinuousClock.now + global.timeout.duration
        while true {
            do throws(Failure) { return try global.connect() } catch {
                guard error.status == .noDaemon, ContinuousClock.now < end else { throw error }
                usleep(200_000)
            }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl wait`
struct WaitNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Waits until something is the case.", subcommands: [WaitFarm.self])
}

/// `nftlbctl wait farm`
struct WaitFarm: ParsableCommand {
    /// What is waited for.
    enum Condition: String, ExpressibleByArgument, CaseIterable {
        /// New connections are served, be it not by all that should serve them.
        case available
        case up
        case degraded
        case down
        case off
        /// There is no such farm.
        case deleted

        func holds(_ farm: FarmStatus?) -> Bool {
            switch self {
            case .available: farm?.operational == .up || farm?.operational == .degraded
            case .up: farm?.operational == .up
            case .degraded: farm?.operational == .degraded
            case .down: farm?.operational == .down
            case .off: farm?.operational == .off
            case .deleted: farm == nil
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "farm", abstract: "Waits until a farm does as is asked for; 8 when it does not in time.",
        discussion: Help.examples([
            ("nftlbctl wait farm web --for available --timeout 30s", "until somebody serves its clients"),
            ("nftlbctl wait farm web --for deleted", "until it is gone"),
        ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "What is waited for. A farm that is up or degraded is available: new connections are served."))
    var condition = Condition.available
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let end = ContinuousClock.now + global.timeout.duration
        var connected = (try global.connect(), try global.connect())
        while true {
            do throws(Failure) {
                return try wait(until: end, events: connected.0, daemon: connected.1)
            } catch {
                // The daemon is being restarted: what is waited for may be so before it is back.
                guard error.status == .failed else { throw error }
                connected = (try EventsCommand.reconnect(global, error), try global.connect())
            }
        }
    }

    private func wait(until end: ContinuousClock.Instant, events: Daemon, daemon: Daemon) throws(Failure) {
        // Events say when to look again; the first look comes behind the first event that may come.
        try events.watch()
        while true {
            let farm = try daemon.call(StatusGet.self, .init(farms: [farm])).farms.first
            if condition.holds(farm) {
                if global.quiet == false { print(farm?.operational.rawValue ?? Condition.deleted.rawValue) }
                return
            }
            guard farm != nil else { throw Failure(.notFound, "there is no farm '\(self.farm)'") }
            let rest = end - ContinuousClock.now
            guard rest > .zero else {
                let reason = farm.map { $0.reason.isEmpty ? "" : ": \($0.reason)" } ?? ""
                throw Failure(
                    .timedOut, "farm '\(self.farm)' is \(farm?.operational.rawValue ?? "gone")\(reason)")
            }
            _ = try events.nextEvent(within: min(rest, .seconds(1)))
        }
    }

    private func print(_ state: String) {
        global.printer.print {
            [farm]
        } json: {
            ["farm": .string(farm), "operational": .string(state)]
        } table: {
            "farm \(farm) is \(state)"
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import Glibc
import JSON

/// `nftlbctl backend drain`
struct BackendDrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Takes a backend out of service without hurting anybody before a deadline.",
        discussion:
            "From now on it takes no new clients; established and sticky ones stay. Once nobody is left, or at the deadline, "
            + "the backend is down, and what is left of its connections is cut. `backend set FARM BACKEND state=up` gives "
            + "the drain up.\n\n"
            + Help.examples([
                ("nftlbctl backend drain web a --deadline 10m", "status shows how many are left"),
                ("nftlbctl backend drain web a --deadline 10m --wait && reboot-a", "when it is done"),
            ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The backend.", completion: .members(.backend)) var backend: String
    @Option(help: ArgumentHelp("How long those who are there may stay, like 30s, 10m or 2h.", valueName: "duration"))
    var deadline = TimeSpan(.seconds(600))
    @Flag(help: "Returns when the backend is drained.") var wait = false
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = MemberKind.backend.path(backend, farm: farm)
        let (seconds, rest) = deadline.duration.components
        try change.apply(
            global,
            change: ["drain": .string(path.description), "deadline": .integer(seconds + (rest > 0 ? 1 : 0))])
        if wait, !change.dryRun { try waitForEnd() }
    }

    /// Microseconds until the next look.
    private static let interval: UInt32 = 200_000

    /// A drain survives a restart of the daemon, and so does who waits for it.
    private func waitForEnd() throws {
        var daemon: Daemon?
        var patience = ContinuousClock.now + global.timeout.duration
        while true {
            var status: StatusGet.Result?
            do throws(Failure) {
                if daemon == nil { daemon = try global.connect() }
                status = try daemon?.call(StatusGet.self, .init(farms: [farm]))
                patience = ContinuousClock.now + global.timeout.duration
            } catch {
                guard [.noDaemon, .timedOut, .failed].contains(error.status), ContinuousClock.now < patience else {
                    throw error
                }
                daemon = nil
            }
            if let status, status.state == .ready, try isOver(status.farms.first) { return }
            usleep(Self.interval)
        }
    }

    private func isOver(_ status: FarmStatus?) throws(Failure) -> Bool {
        guard let now = status?.backends.first(where: { $0.name == backend }) else {
            throw Failure(.notFound, "'\(farm)/\(backend)' was deleted")
        }
        if now.drain != nil { return false }
        guard now.state == BackendState.down.rawValue else {
            throw Failure(.failed, "the drain of '\(farm)/\(backend)' was given up: it is \(now.state)")
        }
        return true
    }
}

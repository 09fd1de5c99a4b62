// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

/// `nftlbctl session delete`
struct SessionDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract:
            "Forgets sessions: of a client the static and the learnt one, else the learnt ones of a backend or all.",
        discussion: Help.examples([
            ("nftlbctl session delete web 203.0.113.7", "its next connection is scheduled anew"),
            ("nftlbctl session delete web --backend a", "all that were learnt for one backend"),
        ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The client; without it, all that were learnt.") var client: String?
    @Option(help: "Only learnt sessions of this backend.") var backend: String?
    @Flag(help: "Changes nothing; says how many would be forgotten.") var dryRun = false
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if client != nil, backend != nil { throw ValidationError("give a client or a backend") }
    }

    func run() throws {
        let daemon = try global.connect()
        var deleted: UInt64 = 0
        if let client,
            try daemon.sessions(farm: farm, backend: nil).contains(where: { $0.isStatic && $0.client == client })
        {
            var parameters = ConfigurationApply.Parameters()
            let path = ObjectPath(["farms", farm, "sessions", client])
            parameters.changes = [["delete": .string(path.description)]]
            parameters.dryRun = dryRun
            _ = try daemon.apply(parameters)
            deleted += 1
        }
        deleted += try daemon.call(
            SessionsDelete.self, .init(farm: farm, client: client, backend: backend, dryRun: dryRun)
        ).deleted
        if client != nil, deleted == 0 { throw Failure(.notFound, "the farm '\(farm)' has no such session") }
        let printer = global.printer
        printer.print {
            []
        } json: {
            ["deleted": .integer(deleted)]
        } table: {
            (deleted == 1 ? "1 session" : "\(deleted) sessions") + (dryRun ? " would be forgotten" : " forgotten")
        }
    }
}

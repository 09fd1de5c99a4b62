// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl session list`
struct SessionList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the sessions of a farm: static ones, then those that were learnt.",
        discussion: Help.examples([
            ("nftlbctl session list web", "who goes where, and how long that is remembered"),
            ("nftlbctl session list web --backend a -o json", "of one backend, for programs"),
        ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Option(help: "Only sessions of this backend.") var backend: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let sessions = try global.connect().sessions(farm: farm, backend: backend)
        let printer = global.printer
        printer.print {
            sessions.map { $0.client ?? "" }
        } json: {
            .array(sessions.map { .object($0.object) })
        } table: {
            var table = Table(["CLIENT", "BACKEND", "LEFT"])
            for session in sessions {
                table.append([
                    Table.Cell(session.client ?? "?"), Table.Cell(session.backend ?? ""),
                    Table.Cell(session.remaining.map { "\(($0 + 999) / 1000)s" } ?? "static"),
                ])
            }
            return table.text(printer.style)
        }
    }
}

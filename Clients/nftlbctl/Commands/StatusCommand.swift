// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows what was declared and what is the case.",
        discussion: Help.examples([
            ("nftlbctl status", "all farms"), ("nftlbctl status web -o json", "one, for programs"),
        ]))

    @Argument(help: "Farms; without any, all.", completion: .farms) var farms: [String] = []
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var status = try global.connect().status()
        if farms.isEmpty == false {
            for name in farms where status.farms.contains(where: { $0.name == name }) == false {
                throw Failure(.notFound, "there is no farm '\(name)'")
            }
            status.farms.removeAll { farms.contains($0.name) == false }
        }
        let printer = global.printer
        printer.print {
            status.farms.map(\.name)
        } json: {
            .object(status.object)
        } table: {
            Self.text(status, printer.style)
        }
    }

    private static func text(_ status: StatusGet.Result, _ style: Style) -> String {
        let state = Table.Cell.state(status.state.rawValue)
        var text = "\(style.paint(state.text, state.look)), revision \(status.revision)"
        if let reason = status.reason { text += ": \(reason)" }
        if let waiting = status.confirmation {
            text += "\nrevision \(waiting.revision) is taken back in \(waiting.remaining)s unless it is confirmed"
        }
        guard status.farms.isEmpty == false else { return text }
        var table = Table(["FARM", "BACKEND", "STATE", "OPERATIONAL", "SINCE", "REASON"])
        for farm in status.farms {
            table.append([
                Table.Cell(farm.name, .bold), "", .state(farm.state), .state(farm.operational.rawValue),
                Table.Cell(Age.text(since: farm.operationalSince)),
                Table.Cell(farm.reason),
            ])
            for backend in farm.backends {
                table.append([
                    "", Table.Cell(backend.name), .state(backend.state), .state(backend.operational.rawValue),
                    Table.Cell(Age.text(since: backend.operationalSince)),
                    Table.Cell(backend.reason),
                ])
            }
        }
        return text + "\n\n" + table.text(style)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import JSON

/// `nftlbctl farm list`
struct FarmList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the farms.",
        discussion: Help.examples([("nftlbctl farm list -o name", "their names, one per line")]))

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let declared = try Declared(global.connect())
        let farms = declared.farms
        global.printer.print {
            farms.map(\.name)
        } json: {
            .array(farms.map { .object($0.json) })
        } table: {
            var table = Table(["FARM", "STATE", "MODE", "SCHEDULER", "ADDRESSES", "BACKENDS"])
            for farm in farms {
                let addresses = farm.farmAddresses.map { declared.whole($0).endpoint }.joined(separator: " ")
                table.append([
                    Table.Cell(farm.name), .state(farm.text("state")), Table.Cell(farm.text("mode")),
                    Table.Cell(farm.text("scheduler")), Table.Cell(addresses), Table.Cell("\(farm.backends.count)"),
                ])
            }
            return table.text(global.printer.style)
        }
    }
}

extension DeclaredObject {
    /// A farm's address in one word: `tcp/192.0.2.10:80,443`.
    var endpoint: String {
        let address = text("ip-addr")
        let host = address.isEmpty ? "*" : address.contains(":") ? "[\(address)]" : address
        let ports = text("ports")
        return "\(text("protocol"))/\(host)" + (ports.isEmpty ? "" : ":\(ports)")
    }
}

extension Table.Cell {
    /// A state in its colour.
    static func state(_ state: String) -> Table.Cell {
        switch state {
        case "up", "ready": Table.Cell(state, .green)
        case "down": Table.Cell(state, .red)
        case "degraded", "loading": Table.Cell(state, .yellow)
        default: Table.Cell(state, .dim)
        }
    }
}

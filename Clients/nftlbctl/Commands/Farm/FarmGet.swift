// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl farm get`
struct FarmGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows one farm.",
        discussion: Help.examples([
            ("nftlbctl farm get web", "its attributes, addresses and backends"),
            ("nftlbctl farm get web -o json", "what a configuration file says of it"),
        ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let daemon = try global.connect()
        let declared = try Declared(daemon)
        let found = try declared.farm(farm)
        let printer = global.printer
        // A consistent hash is worth as much as it moves.
        let status = found.text("scheduler") == "maglev" ? try daemon.status().farms.first { $0.name == farm } : nil
        printer.print {
            [found.name]
        } json: {
            .object(found.json)
        } table: {
            var attributes = found.attributeTable
            if let slots = status?.slots { attributes.append(["slots", Table.Cell("\(slots)")]) }
            if let displaced = status?.displaced {
                attributes.append([
                    "displaced",
                    Table.Cell("\(displaced / 10).\(displaced % 10) % of the others' flows when a backend leaves"),
                ])
            }
            let parts = [
                attributes.text(printer.style),
                MemberKind.address.table(found.farmAddresses.map(declared.whole)).text(printer.style),
                MemberKind.backend.table(found.backends).text(printer.style),
            ]
            return parts.joined(separator: "\n\n")
        }
    }
}

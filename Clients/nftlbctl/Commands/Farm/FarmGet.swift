// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
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
        let found = try Declared(global.connect()).farm(farm)
        let printer = global.printer
        printer.print {
            [found.name]
        } json: {
            .object(found.json)
        } table: {
            let parts = [
                found.attributeTable.text(printer.style),
                MemberKind.address.table(found.farmAddresses).text(printer.style),
                MemberKind.backend.table(found.backends).text(printer.style),
            ]
            return parts.joined(separator: "\n\n")
        }
    }
}

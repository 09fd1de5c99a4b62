// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl config get`
struct ConfigGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Prints the configuration in the form that `config apply` takes.",
        discussion: Help.examples([
            ("nftlbctl config get > farms.json", "a copy"),
            ("nftlbctl config get -o json | nftlbctl config apply -f - --mode replace", "which changes nothing"),
        ]))

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let configuration = try global.connect().configuration().configuration
        let printer = global.printer
        switch printer.format {
        case .table: printer.json(.object(configuration), indented: true)
        case .json: printer.json(.object(configuration))
        case .name:
            for name in configuration.members("farms").compactMap({ $0["name"]?.string }) { Output.data(name) }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

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
        global.printer.configuration(try global.connect().configuration().configuration)
    }
}

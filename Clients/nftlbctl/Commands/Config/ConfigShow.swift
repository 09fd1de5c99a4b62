// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// `nftlbctl config show`
struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints the configuration as it was right after a revision.",
        discussion: Help.examples([
            ("nftlbctl config show 41 > before.json", "in the form that `config apply` takes")
        ]))

    @Argument(help: "The revision; 0 is before the first change.") var revision: UInt64
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.printer.configuration(try global.connect().configuration(at: revision).configuration)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol

/// `nftlbctl config apply`
struct ConfigApply: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Applies a file, all of it or nothing.",
        discussion: """
            The file is in the native dialect or in that of the C program nftlb; which one is seen by its values.

            """
                + Help.examples([
                    ("nftlbctl config apply -f farms.json", "adds and changes what the file says"),
                    ("nftlbctl config apply -f farms.json --mode replace", "and deletes what it lacks"),
                    ("nftlbctl config apply -f farms.json --dry-run", "the transaction, and nothing else"),
                ]))

    @OptionGroup var file: FileOptions
    @OptionGroup var apply: ModeOption
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let configuration = try file.configuration(global.printer)
        try change.apply(global) {
            $0.configuration = configuration
            $0.mode = apply.mode
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

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
                    ("nftlbctl config apply -f farms.json --confirm 60s", "taken back unless `config confirm` comes"),
                ]))

    @OptionGroup var file: FileOptions
    @OptionGroup var apply: ModeOption
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup var confirmation: ConfirmOption
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var parameters = try FileOptions.content(of: file.path, apply.mode, global.printer).parameters(apply.mode)
        parameters.confirmWithin = try confirmation.time()
        confirmation.remind(try change.apply(global, parameters), change, global)
    }
}

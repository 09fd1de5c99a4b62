// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// `nftlbctl config rollback`
struct ConfigRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Makes the configuration what it was right after a revision.",
        discussion: """
            That is a change like any other: all of it or nothing, with a revision of its own, so that it can be undone. Objects
            stay who they are, so sessions and counters are kept, also of what had another name.

            """
                + Help.examples([
                    ("nftlbctl config rollback 41 --dry-run", "what it would do"),
                    ("nftlbctl config rollback 41 --comment 'b times out'", "and why it is done"),
                ]))

    @Argument(help: "The revision; 0 is before the first change.") var revision: UInt64
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup var confirmation: ConfirmOption
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var parameters = ConfigurationRollback.Parameters(revision: revision)
        parameters.dryRun = change.dryRun
        parameters.ifRevision = change.ifRevision
        parameters.comment = change.comment
        parameters.confirmWithin = try confirmation.time()
        let result = try global.connect().call(ConfigurationRollback.self, parameters)
        global.printer.change(result)
        confirmation.remind(result, change, global)
    }
}

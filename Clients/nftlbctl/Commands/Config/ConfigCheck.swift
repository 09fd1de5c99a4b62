// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import LegacyDialect

/// `nftlbctl config check`
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks a file by itself, without a daemon: 0 or 5.",
        discussion: Help.examples([("nftlbctl config check -f farms.json", "before it is installed")]))

    @OptionGroup var file: FileOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let imported = try file.configuration(global.printer)
        do throws(BalancerError) {
            var draft = Draft(on: Configuration())
            try draft.apply(imported.changes)
        } catch {
            throw Failure(error)
        }
    }
}

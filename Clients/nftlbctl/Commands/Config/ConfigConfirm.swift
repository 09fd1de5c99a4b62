// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol

/// `nftlbctl config confirm`
struct ConfigConfirm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Keeps a change that would be taken back otherwise.",
        discussion: Help.examples([
            ("nftlbctl config apply -f farms.json --confirm 60s", "a change that may cut you off"),
            ("nftlbctl config confirm", "you are still there: it stays"),
        ]))

    @Argument(help: "Refused (7) unless this is the revision that waits.") var revision: UInt64?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var parameters = ConfigurationConfirm.Parameters()
        parameters.revision = revision
        let result = try global.connect().call(ConfigurationConfirm.self, parameters)
        global.printer.change(ConfigurationApply.Result(revision: result.revision))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl farm delete`
struct FarmDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a farm with its addresses and backends.",
        discussion: Help.examples([("nftlbctl farm delete web --dry-run", "what would be removed")]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = ObjectPath(["farms", farm])
        try change.apply(global, change: ["delete": .string(path.description)])
    }
}

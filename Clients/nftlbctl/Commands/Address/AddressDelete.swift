// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl address delete`
struct AddressDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes an address; one that farms share only when none has it.",
        discussion: Help.examples([
            ("nftlbctl address delete web v6", "one of a farm"),
            ("nftlbctl address delete vip", "one outside of farms"),
        ]))

    @Argument(help: AddressPlace.help, completion: .addresses) var names: [String]
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        _ = try AddressPlace(names)
    }

    func run() throws {
        try change.apply(global, change: ["delete": .string(AddressPlace(names).path.description)])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl address delete`
struct AddressDelete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes an address of a farm.")

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The address.", completion: .members(.address)) var address: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.address.delete(address, farm: farm, change, global)
    }
}

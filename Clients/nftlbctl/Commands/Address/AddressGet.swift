// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl address get`
struct AddressGet: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Shows one address of a farm.")

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The address.", completion: .members(.address)) var address: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.address.get(address, farm: farm, global)
    }
}

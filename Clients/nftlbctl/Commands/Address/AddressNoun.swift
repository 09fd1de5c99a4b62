// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl address …`
struct AddressNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "address", abstract: "Addresses, of farms or shared by them: where clients connect.",
        subcommands: [AddressList.self, AddressGet.self, AddressSet.self, AddressDelete.self])
}

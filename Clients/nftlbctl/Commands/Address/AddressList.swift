// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl address list`
struct AddressList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the addresses of a farm, or of all farms.",
        discussion: Help.examples([
            ("nftlbctl address list web", "those of one farm"), ("nftlbctl address list -o json", "all, for programs"),
        ]))

    @Argument(help: "The farm; without it, all.", completion: .farms) var farm: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.address.list(farm: farm, global)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// `nftlbctl address set`
struct AddressSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes an address of a farm or changes what is given of it.",
        discussion: Help.keys(.farmAddress)
            + Help.examples([
                ("nftlbctl address set web v6 ip-addr=2001:db8::10 ports=80,443", "one more address"),
                ("nftlbctl address set web v6 ports=80,8080-8090", "other ports"),
            ]))

    @Argument(help: "The farm; made when it is missing.", completion: .farms) var farm: String
    @Argument(help: "The address; made when it is missing.", completion: .members(.address)) var address: String
    @Argument(
        help: ArgumentHelp("Attributes; lists are joined with commas.", valueName: "key=value"),
        completion: .keys(.farmAddress))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.address.set(address, farm: farm, assignments, change, global)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import JSON

/// `nftlbctl address list`
struct AddressList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the addresses of a farm, or of all farms and those outside of farms.",
        discussion: Help.examples([
            ("nftlbctl address list web", "those of one farm"), ("nftlbctl address list -o json", "all, for programs"),
        ]))

    @Argument(help: "The farm; without it, all.", completion: .farms) var farm: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let declared = try Declared(global.connect())
        guard farm == nil, declared.addresses.isEmpty == false else {
            return try MemberKind.address.list(farm: farm, declared, global)
        }
        let members = declared.farms.flatMap { farm in farm.farmAddresses.map { (farm: farm.name, member: $0) } }
        global.printer.print {
            declared.addresses.map(\.name) + members.map { "\($0.farm)/\($0.member.name)" }
        } json: {
            .array(
                declared.addresses.map { .object($0.json) } + members.map { MemberKind.json($0.member, of: $0.farm) })
        } table: {
            MemberKind.address.table(
                declared.addresses + members.map { declared.whole($0.member) },
                farms: declared.addresses.map { _ in "" } + members.map(\.farm)
            ).text(global.printer.style)
        }
    }
}

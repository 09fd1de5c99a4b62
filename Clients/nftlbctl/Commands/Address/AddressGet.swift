// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import JSON

/// `nftlbctl address get`
struct AddressGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows one address.",
        discussion: Help.examples([
            ("nftlbctl address get vip", "one that farms can share"), ("nftlbctl address get web v6", "one of a farm"),
        ]))

    @Argument(help: AddressPlace.help, completion: .addresses) var names: [String]
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        _ = try AddressPlace(names)
    }

    func run() throws {
        let found = try AddressPlace(names).find(in: Declared(global.connect()))
        global.printer.print {
            [found.declared.name]
        } json: {
            .object(found.declared.json)
        } table: {
            found.whole.attributeTable.text(global.printer.style)
        }
    }
}

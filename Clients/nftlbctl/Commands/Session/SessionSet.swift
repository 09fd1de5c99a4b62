// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import JSON

/// `nftlbctl session set`
struct SessionSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes a static session, or sends its client to another backend.",
        discussion: Help.examples([
            ("nftlbctl session set web 203.0.113.7 a", "of a farm with persistence srcip"),
            ("nftlbctl session set web '203.0.113.7 . 4000' a", "with persistence srcip,srcport"),
        ]))

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The client: the fields of the farm's persistence joined with ' . '.") var client: String
    @Argument(help: "The backend.") var backend: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let session: JSONObject = ["client": .string(client), "backend": .string(backend)]
        try change.apply(global, change: .setting(farm: farm, ["sessions": [.object(session)]]))
    }
}

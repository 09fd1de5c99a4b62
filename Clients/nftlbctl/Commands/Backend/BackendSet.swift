// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// `nftlbctl backend set`
struct BackendSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Makes a backend of a farm or changes what is given of it.",
        discussion: Help.keys(.backend)
            + Help.examples([
                ("nftlbctl backend set web a ip-addr=198.51.100.1 port=8080 weight=5", "a server"),
                ("nftlbctl backend set web a state=off", "no new clients; those that it has stay"),
            ]))

    @Argument(help: "The farm; made when it is missing.", completion: .farms) var farm: String
    @Argument(help: "The backend; made when it is missing.", completion: .members(.backend)) var backend: String
    @Argument(
        help: ArgumentHelp("Attributes; lists are joined with commas.", valueName: "key=value"),
        completion: .keys(.backend))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.backend.set(backend, farm: farm, assignments, change, global)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl backend list`
struct BackendList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the backends of a farm, or of all farms.",
        discussion: Help.examples([
            ("nftlbctl backend list web", "those of one farm"), ("nftlbctl backend list -o json", "all, for programs"),
        ]))

    @Argument(help: "The farm; without it, all.", completion: .farms) var farm: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.backend.list(farm: farm, Declared(global.connect()), global)
    }
}

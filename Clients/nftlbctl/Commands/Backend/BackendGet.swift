// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl backend get`
struct BackendGet: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Shows one backend of a farm.")

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The backend.", completion: .members(.backend)) var backend: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.backend.get(backend, farm: farm, global)
    }
}

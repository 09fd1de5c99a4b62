// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl backend delete`
struct BackendDelete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes a backend of a farm.")

    @Argument(help: "The farm.", completion: .farms) var farm: String
    @Argument(help: "The backend.", completion: .members(.backend)) var backend: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try MemberKind.backend.delete(backend, farm: farm, change, global)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl backend …`
struct BackendNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backend", abstract: "Backends: the servers behind a farm.",
        subcommands: [
            BackendList.self, BackendGet.self, BackendSet.self, BackendDrainCommand.self, BackendDelete.self,
        ])
}

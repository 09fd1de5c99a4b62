// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl session …`
struct SessionNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Sessions: clients that are sent to the same backend again.",
        subcommands: [SessionList.self, SessionSet.self, SessionDelete.self])
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl farm …`
struct FarmNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farm", abstract: "Farms: what clients connect to.",
        subcommands: [FarmList.self, FarmGet.self, FarmSet.self, FarmDelete.self])
}

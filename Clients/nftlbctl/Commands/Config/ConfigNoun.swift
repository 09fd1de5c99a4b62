// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser

/// `nftlbctl config …`
struct ConfigNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The configuration as a whole.",
        subcommands: [
            ConfigGet.self, ConfigApply.self, ConfigDiff.self, ConfigCheck.self, ConfigConfirm.self, ConfigHistory.self,
            ConfigShow.self, ConfigRollback.self,
        ])
}

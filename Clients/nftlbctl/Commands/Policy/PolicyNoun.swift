// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// `nftlbctl policy …`
struct PolicyNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Black and white lists, which farms and addresses name.",
        subcommands: [
            PolicyList.self, PolicyGet.self, PolicySet.self, PolicyDelete.self, PolicyAddElement.self,
            PolicyDeleteElement.self, PolicyLoad.self,
        ])

    /// Where a policy is in the configuration.
    static func path(_ policy: String) -> ObjectPath { ObjectPath(["policies", policy]) }
}

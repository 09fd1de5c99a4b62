// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel

/// `nftlbctl cluster …`
struct ClusterNoun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Balancers that share addresses: each serves the clients that are its own.",
        discussion: ClusterStory.text,
        subcommands: [
            ClusterList.self, ClusterGet.self, ClusterSet.self, ClusterDelete.self, ClusterSetNode.self,
            ClusterDeleteNode.self, ClusterAddAddress.self, ClusterDeleteAddress.self,
        ])

    /// Where a cluster is in the configuration.
    static func path(_ cluster: String) -> ObjectPath { ObjectPath(["clusters", cluster]) }
}

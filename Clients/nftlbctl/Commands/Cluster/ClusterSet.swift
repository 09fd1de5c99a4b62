// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl cluster set`
struct ClusterSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Makes a cluster or changes what is given of it; a node that it says it is, and has not, is made.",
        discussion: Help.keys(.cluster)
            + Help.examples([
                ("nftlbctl cluster set edge node=a", "this balancer is a; others follow with set-node"),
                ("nftlbctl cluster set edge iface=eth0", "clients come in there"),
            ]))

    @Argument(help: "The cluster; made when it is missing.", completion: .clusters) var cluster: String
    @Argument(help: ArgumentHelp("Attributes.", valueName: "key=value"), completion: .keys(.cluster))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var members = try Assignment.members(assignments, of: .cluster, at: ClusterNoun.path(cluster))
        if let node = members["node"]?.string, !node.isEmpty {
            members.append("nodes", [["name": .string(node)]])
        }
        try change.apply(global, change: .setting(cluster: cluster, members))
    }
}

/// `nftlbctl cluster delete`
struct ClusterDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes a cluster: the balancer serves whoever comes.",
        discussion: Help.examples([("nftlbctl cluster delete edge", "the addresses are its own again")]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try change.apply(global, change: ["delete": .string(ClusterNoun.path(cluster).description)])
    }
}

extension JSONObject {
    /// The change that makes a cluster or changes members of it.
    static func setting(cluster: String, _ members: JSONObject) -> JSONObject {
        ["set": ["clusters": [.object(members.named(cluster))]]]
    }
}

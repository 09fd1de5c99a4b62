// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

/// `nftlbctl cluster set-node`
struct ClusterSetNode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-node", abstract: "Makes a node of a cluster or changes what is given of it.",
        discussion: Help.keys(.clusterNode)
            + Help.examples([
                ("nftlbctl cluster set-node edge b weight=2", "another balancer, of twice the share"),
                ("nftlbctl cluster set-node edge b state=down", "its clients are divided among the others"),
            ]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @Argument(help: "The node; an administrator makes it when it is missing.") var node: String
    @Argument(help: ArgumentHelp("Attributes.", valueName: "key=value"), completion: .keys(.clusterNode))
    var assignments: [Assignment] = []
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = ClusterNoun.path(cluster).appending("nodes").appending(node)
        let members = try Assignment.members(assignments, of: .clusterNode, at: path)
        try change.apply(global, change: .setting(cluster: cluster, ["nodes": [.object(members.named(node))]]))
    }
}

/// `nftlbctl cluster delete-node`
struct ClusterDeleteNode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-node", abstract: "Deletes a node of a cluster; its clients are divided among the others.",
        discussion: Help.examples([("nftlbctl cluster delete-node edge b", "it is no part of the cluster any more")]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @Argument(help: "The node.") var node: String
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = ClusterNoun.path(cluster).appending("nodes").appending(node)
        try change.apply(global, change: ["delete": .string(path.description)])
    }
}

/// `nftlbctl cluster add-address`
struct ClusterAddAddress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-address", abstract: "Has the nodes of a cluster share addresses.",
        discussion: Help.examples([("nftlbctl cluster add-address edge 192.0.2.10 2001:db8::10", "both families")]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @Argument(help: ArgumentHelp("Addresses that all nodes get every packet to.", valueName: "ip-addr"))
    var addresses: [String]
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let shared = JSONValue.array(addresses.map { ["ip-addr": .string($0)] })
        try change.apply(global, change: .setting(cluster: cluster, ["addresses": shared]))
    }
}

/// `nftlbctl cluster delete-address`
struct ClusterDeleteAddress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-address", abstract: "Ends to share addresses; all of them must be there.",
        discussion: Help.examples([("nftlbctl cluster delete-address edge 192.0.2.10", "it is this balancer's alone")]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @Argument(help: ArgumentHelp("The addresses.", valueName: "ip-addr")) var addresses: [String]
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = ClusterNoun.path(cluster).appending("addresses")
        try change.apply(global) { parameters in
            parameters.changes = addresses.map { ["delete": .string(path.appending($0).description)] }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `nftlbctl cluster list`
struct ClusterList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the nodes of the cluster.",
        discussion: Help.examples([("nftlbctl cluster list", "which node this is, and which are up")]))

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let clusters = try Declared(global.connect()).clusters
        global.printer.print {
            clusters.map(\.name)
        } json: {
            .array(clusters.map { .object($0.json) })
        } table: {
            var table = Table(["CLUSTER", "NODE", "WEIGHT", "STATE", "HERE"])
            for cluster in clusters {
                for node in cluster.nodes {
                    table.append([
                        Table.Cell(cluster.name), Table.Cell(node.name), Table.Cell(node.text("weight")),
                        .state(node.text("state")), Table.Cell(node.name == cluster.text("node") ? "yes" : ""),
                    ])
                }
            }
            return table.text(global.printer.style)
        }
    }
}

/// `nftlbctl cluster get`
struct ClusterGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows one cluster, its nodes and its addresses.",
        discussion: Help.examples([
            ("nftlbctl cluster get edge", "its attributes, its nodes, then its addresses, one a line")
        ]))

    @Argument(help: "The cluster.", completion: .clusters) var cluster: String
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        guard let found = try Declared(global.connect()).clusters.first(where: { $0.name == cluster }) else {
            throw Failure(.notFound, "there is no cluster '\(cluster)'")
        }
        global.printer.print {
            [found.name]
        } json: {
            .object(found.json)
        } table: {
            var nodes = Table(["NODE", "WEIGHT", "STATE"])
            for node in found.nodes {
                nodes.append([Table.Cell(node.name), Table.Cell(node.text("weight")), .state(node.text("state"))])
            }
            let addresses = found.json.members("addresses").compactMap { $0["ip-addr"]?.string }
            let style = global.printer.style
            return [found.attributeTable.text(style), nodes.text(style), addresses.joined(separator: "\n")]
                .filter { !$0.isEmpty }.joined(separator: "\n\n")
        }
    }
}

extension DeclaredObject {
    fileprivate var nodes: [DeclaredObject] { members("nodes", .clusterNode) }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Testing

/// Which clients are whose: the laws that clusters stand on.
@Suite("Slots of nodes")
struct NodeSpreadTests {
    private static func nodes(_ weights: [(String, Int)]) throws -> [ClusterNode] {
        try weights.map { name, weight in
            var node = ClusterNode(name: try Name(name))
            node.weight = try NodeWeight(weight)
            return node
        }
    }

    /// The owner of each slot by name.
    private static func owners(_ nodes: [ClusterNode]) -> [String] {
        NodeSpread.owners(nodes).map { nodes[$0].name.text }
    }

    /// Clusters of 2 to 6 nodes under many names.
    private static let clusters = (2...6).flatMap { count in
        (0..<20).map { trial in (0..<count).map { ("lb\(trial)-\($0)", $0 == 0 ? 3 : 1) } }
    }

    @Test("Every slot has one node, whatever the order of the list")
    func order() throws {
        for weights in Self.clusters {
            let owners = Self.owners(try Self.nodes(weights))
            #expect(owners.count == Int(NodeSpread.slots))
            #expect(owners == Self.owners(try Self.nodes(weights.reversed())))
        }
        #expect(NodeSpread.owners([]).isEmpty)
    }

    @Test("A node that goes leaves its slots and no other; one that comes takes its own and no more")
    func moves() throws {
        for weights in Self.clusters {
            let nodes = try Self.nodes(weights)
            let all = Self.owners(nodes)
            for index in nodes.indices {
                var down = nodes
                down[index].state = .down
                var gone = nodes
                gone.remove(at: index)
                // Down and not there are the same: it does not matter how a node goes.
                let rest = Self.owners(gone)
                #expect(rest == Self.owners(down))
                for (before, after) in zip(all, rest) where before != nodes[index].name.text {
                    #expect(after == before)
                }
                #expect(!rest.contains(nodes[index].name.text))
            }
        }
    }

    @Test("A node of more weight takes slots; nothing moves between the others")
    func weights() throws {
        for weights in Self.clusters {
            var nodes = try Self.nodes(weights)
            let before = Self.owners(nodes)
            nodes[1].weight = try NodeWeight(7)
            for (old, new) in zip(before, Self.owners(nodes)) where old != new { #expect(new == nodes[1].name.text) }
        }
    }

    @Test("Shares are near the weights: within four standard deviations of what chance gives")
    func shares() throws {
        for weights in Self.clusters {
            let owners = Self.owners(try Self.nodes(weights))
            let sum = weights.reduce(0) { $0 + $1.1 }
            for (name, weight) in weights {
                let share = Double(weight) / Double(sum)
                let count = Double(owners.count { $0 == name })
                let slots = Double(NodeSpread.slots)
                let deviation = (slots * share * (1 - share)).squareRoot()
                #expect(abs(count - slots * share) < 4 * deviation, "\(weights): \(name) has \(count)")
            }
        }
    }

    @Test("The same on every machine and in every version: else two nodes would serve one client")
    func fixed() throws {
        let owners = Self.owners(try Self.nodes([("a", 1), ("b", 1), ("c", 2)]))
        #expect(owners.prefix(24).joined() == "bccccaaccbcccbbcabaccccc")
        #expect(["a", "b", "c"].map { name in owners.count { $0 == name } } == [242, 265, 517])
    }
}

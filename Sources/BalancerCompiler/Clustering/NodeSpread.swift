// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Which clients are which node's own: a client's address says its slot, a slot has one node.
///
/// For each slot each node throws as many dice as its weight says, and the highest number has it (rendezvous hashing). What a
/// node throws depends on its name, the slot and nothing else. So all nodes find the same with the same configuration, whatever
/// its order; a node that goes leaves its slots to the others, of whose own none moves; one that comes takes its share and
/// nothing moves between the others; and one that gets a higher weight only takes. Shares are near the weights: of 1024 slots
/// and four equal nodes each has 256 and seldom 28 more or less (decision 98).
public enum NodeSpread {
    /// How many slots there are.
    public static let slots: UInt32 = 1024

    /// Of each slot the index of the node that has it; empty while no node is up.
    public static func owners(_ nodes: [ClusterNode]) -> [Int] {
        let present = nodes.indices.filter { nodes[$0].state == .up }
        guard !present.isEmpty else { return [] }
        // The same numbers are possible, if not likely: then the name decides.
        let order = present.sorted { nodes[$0].name < nodes[$1].name }
        let keys = order.map { key(nodes[$0].name) }
        return (0..<slots).map { slot in
            var best = (index: order[0], score: UInt64.min)
            for (index, key) in zip(order, keys) {
                for die in 0..<nodes[index].weight.value {
                    let score = mix(key ^ mix(UInt64(die) << 32 | UInt64(slot)))
                    if score > best.score { best = (index, score) }
                }
            }
            return best.index
        }
    }

    /// FNV-1a, 64 bits, over the bytes of the name.
    private static func key(_ name: Name) -> UInt64 {
        name.text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

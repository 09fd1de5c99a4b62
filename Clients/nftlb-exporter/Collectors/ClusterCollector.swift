// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What the balancer is in its cluster, and what it leaves to the other nodes.
struct ClusterCollector: Collector {
    let needs: Needs = .farms

    private static let slots = MetricFamily(
        "nftlb_cluster_slots", .gauge, "How many of the slots of clients are the node's own.")
    private static let all = MetricFamily("nftlb_cluster_slots_all", .gauge, "How many slots of clients there are.")
    private static let packets = MetricFamily(
        "nftlb_cluster_foreign_packets", .counter, "Packets left to the nodes whose clients sent them.")
    private static let bytes = MetricFamily(
        "nftlb_cluster_foreign_bytes", .counter, "Bytes of these packets with their IP headers.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        let clusters = reading.clusters.map { ($0, LabelSet(["cluster": $0.name, "node": $0.node])) }
        guard !clusters.isEmpty else { return }
        output.begin(Self.slots)
        for (cluster, labels) in clusters { output.sample(cluster.slots, labels) }
        output.begin(Self.all)
        for (cluster, labels) in clusters { output.sample(cluster.slotsInAll, labels) }
        output.begin(Self.packets)
        for (cluster, labels) in clusters { output.sample(cluster.foreignPackets, labels) }
        output.begin(Self.bytes)
        for (cluster, labels) in clusters { output.sample(cluster.foreignBytes, labels) }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What this balancer is in a cluster, and what it leaves to others.
public struct ClusterStatistics: Record, Hashable {
    /// The cluster.
    public var name = ""
    /// Which of its nodes this balancer is.
    public var node = ""
    /// Of all slots of clients, how many are this node's own.
    public var slots: UInt64 = 0
    /// How many slots there are.
    public var slotsInAll: UInt64 = 0
    /// Packets of other nodes' clients.
    public var foreignPackets: UInt64 = 0
    /// Their bytes.
    public var foreignBytes: UInt64 = 0

    /// A cluster without a name.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<ClusterStatistics>] = [
        .required("name", \.name, "The cluster."),
        .required("node", \.node, "Which of its nodes this balancer is."),
        .required("slots", \.slots, "Of all slots of clients, how many are this node's own: its share."),
        .required("slotsInAll", \.slotsInAll, "How many slots there are."),
        .required(
            "foreignPackets", \.foreignPackets, "Packets to its addresses left to the nodes whose clients sent them."),
        .required("foreignBytes", \.foreignBytes, "Bytes of these packets, IP headers included."),
    ]
}

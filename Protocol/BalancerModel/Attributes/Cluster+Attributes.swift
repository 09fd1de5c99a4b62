// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Cluster {
    /// Every attribute of a cluster, in canonical order.
    public static let attributes: [Attribute<Cluster>] = [
        .identifier("name", .name, "Name of the cluster, unique among clusters.") { $0.name.text },
        .value("node", \.node, .name, "Which of the nodes this balancer is."),
        .value(
            "iface", \.interface, .interface,
            "Interface at which packets to the addresses come in; empty: that which has the address, else every one."),
        .objects("nodes", \.nodes, "All balancers of the cluster, the same list on each."),
        .objects("addresses", \.addresses, "The addresses that they share."),
    ]

    static let table = AttributeTable(attributes)
}

extension Cluster: ModelObject {
    static var kind: ObjectKind { .cluster }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }
}

extension ClusterNode {
    /// Every attribute of a node, in canonical order.
    public static let attributes: [Attribute<ClusterNode>] = [
        .identifier("name", .name, "Name of the node, unique in its cluster and the same on all nodes.") {
            $0.name.text
        },
        .value("weight", \.weight, .number, role: .operator, "Share of the clients that are its own."),
        .value(
            "state", \.state, .word, role: .operator,
            "Whether it serves its clients itself; those of one that is down the others do."),
    ]

    static let table = AttributeTable(attributes)
}

extension ClusterNode: ModelObject {
    static var kind: ObjectKind { .clusterNode }
    var identifier: Name { name }

    init(identifier: Name) {
        self.init(name: identifier)
    }
}

extension SharedAddress {
    /// Every attribute of a shared address.
    public static let attributes: [Attribute<SharedAddress>] = [
        .identifier("ip-addr", .address, "An address to which every node gets every packet.") { "\($0.address)" }
    ]

    static let table = AttributeTable(attributes)
}

extension SharedAddress: ModelObject {
    static var kind: ObjectKind { .sharedAddress }
    static var identifierKey: String { "ip-addr" }
    static var sample: SharedAddress { SharedAddress(.v4(0)) }
    var identifier: IPAddress { address }

    static func identifier(_ text: String) throws(InvalidValue) -> IPAddress {
        let address = try IPAddress(text)
        guard !address.isUnspecified, !address.isMulticast else {
            throw InvalidValue("\(address) is not the address of a host")
        }
        return address
    }

    init(identifier: IPAddress) {
        self.init(identifier)
    }
}

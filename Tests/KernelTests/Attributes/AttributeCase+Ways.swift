// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension AttributeCase {
    /// Interfaces and hardware addresses: what farms of the modes dsr and stlsdnat have of them.
    static let ways: [AttributeCase] =
        [
            .init(.farm, "oface", ["eth1"], ofIngress), .init(.farm, "ether-addr", [hardware], ofIngress),
            .init(.backend, "ether-addr", [hardware], ofIngress),
        ]
        + [ObjectKind.farm, .farmAddress, .address].flatMap { kind in
            [
                AttributeCase(kind, "iface", ["eth0"], ofIngress),
                AttributeCase(kind, "iether-addr", [hardware], ofIngress),
            ]
        }
        + [ObjectKind.farmAddress, .address].map { AttributeCase($0, "ether-addr", [hardware], ofIngress) }

    private static let hardware: JSONValue = "02:00:00:00:00:42"
    private static let ofIngress = Effect.stored("of the modes dsr and stlsdnat (`GivenWayTests`)")
}

extension AttributeCase {
    /// What balancers share.
    static let clusters: [AttributeCase] = [
        .init(.cluster, "node", ["b"], .shown(["ClusterTests.taken"])),
        .init(.cluster, "iface", ["eth0"], .stored("where the base chain stands (`ClusterChainTests.interfaces`)")),
        .init(
            .cluster, "nodes", before: [["name": "a"]], [[["name": "a"], ["name": "b"]]],
            .shown(["ClusterTests.taken", "ClusterTests.added"])),
        .init(
            .cluster, "addresses", before: [["ip-addr": "192.0.2.1"]],
            [[["ip-addr": "192.0.2.1"], ["ip-addr": "2001:db8::1"]]], .shown(["ClusterTests.taken"])),
        .init(.clusterNode, "weight", [3, 100], .shown(["ClusterTests.taken"])),
        .init(.clusterNode, "state", ["down"], .shown(["ClusterTests.taken"])),
    ]
}

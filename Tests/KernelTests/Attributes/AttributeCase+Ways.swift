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

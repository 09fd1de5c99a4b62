// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

extension Translation {
    /// The farm's first address stands in a printed farm twice: by itself, and in the old attributes for one address,
    /// which the native dialect accepts only without `addresses`. They are left out where they say the same; where not,
    /// the decoder refuses them.
    func foldAliases(_ farm: inout JSONObject) {
        let aliases = ["family": "family", "virtual-addr": "ip-addr", "virtual-ports": "ports", "protocol": "protocol"]
        guard case .array(let addresses)? = farm["addresses"], aliases.keys.contains(where: { farm[$0] != nil }) else {
            return
        }
        guard let first = addresses.first?.object else {
            farm["addresses"] = nil
            return
        }
        let table = KindTable.of(.farmAddress)
        let same = aliases.allSatisfy { alias, key in
            guard let value = farm[alias] else { return true }
            return value == first[key] ?? table.attributes[key]?.defaultValue
        }
        guard same else { return }
        for alias in aliases.keys { farm[alias] = nil }
    }
}

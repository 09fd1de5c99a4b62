// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What an address says to packets that its own policies know. In the C program every address has it and prints it; here
/// one that belongs to a farm has none, and what is printed of it is what all have.
enum AddressGuard {
    static let keys = ["verdict", "log-prefix"]
}

extension JSONObject {
    /// Whether an address is said to have another guard than all have, for which it must stand outside of farms.
    var hasGuard: Bool {
        let attributes = KindTable.of(.address).attributes
        return AddressGuard.keys.contains { key in self[key].map { $0 != attributes[key]?.defaultValue } ?? false }
    }

    /// What is said about an address that belongs to a farm.
    var withoutGuard: JSONObject {
        var rest = self
        for key in AddressGuard.keys { rest[key] = nil }
        return rest
    }
}

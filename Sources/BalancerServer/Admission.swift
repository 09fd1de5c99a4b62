// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// Counts connections, in all and by user, so that nobody can take the places of all others.
struct Admission {
    private let limits: Limits
    private(set) var count = 0
    private var byUser: [UInt32: Int] = [:]

    init(limits: Limits) { self.limits = limits }

    /// Takes a place for a user; false when there is none. For administrators some are kept: whoever has to look after clients
    /// that have taken all others must get in.
    mutating func enter(user: UInt32, role: Role) -> Bool {
        let own = byUser[user, default: 0]
        let places = limits.connections + (role == .administrator ? limits.connectionsKept : 0)
        guard count < places, user == 0 || own < limits.connectionsPerUser else { return false }
        count += 1
        byUser[user] = own + 1
        return true
    }

    /// Gives a place back.
    mutating func leave(user: UInt32) {
        guard let own = byUser[user] else { return }
        count -= 1
        byUser[user] = own > 1 ? own - 1 : nil
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

extension Router {
    /// `service.info` and `rpc.discover`: who is there, and what it can do.
    mutating func addServiceHandlers(gate: Gate) {
        add(ServiceInfo.self, order: .anytime) { _, caller in
            var result = ServiceInfo.Result()
            result.state = gate.state
            result.role = caller.role.word
            return result
        }
        add(RPCDiscover.self, order: .settled) { _, _ in RPCDiscover.document }
    }
}

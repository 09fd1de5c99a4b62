// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

extension Shape {
    /// The chain in front of a program's queue: limits come before the program; nil without a queue.
    func queueChain(in family: TableFamily) -> Chain? {
        let rules = queueRules(in: family)
        return rules.isEmpty ? nil : Chain(digesting: rules, prefix: "q-", comment: comment)
    }

    /// Limits, and the queue. The register is empty before: what is queued leaves the base chain at once.
    func queueRules(in family: TableFamily) -> [Rule] {
        guard let queue else { return [] }
        // SYN without ACK: bits 1 and 4 of TCP's flags (RFC 9293, 3.1).
        let isSynchronize = Statement.match(.masked(.field(.tcpFlags), 0x12), .equal, .constant(.mark(0x02)))
        return [Self.keepFarm] + (limits?.rules(in: family) ?? []) + [
            FindService.clear, Rule(isSynchronize, .queue(queue)),
        ]
    }
}

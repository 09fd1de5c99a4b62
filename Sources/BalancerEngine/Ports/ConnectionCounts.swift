// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler

/// How many connections the kernel knows of each backend, added up from the parts of a dump.
struct ConnectionCounts: Equatable {
    /// By the backend's number: bits of a mark that say other things do not matter.
    private(set) var counts: [UInt32: Int] = [:]

    /// Adds the connections of a part. Those without a mark are nobody's.
    mutating func add(_ connections: [TrackedConnection]) {
        for connection in connections where !connection.isOver {
            let number = BackendMark.number(of: connection.mark)
            if number != 0 { counts[number, default: 0] += 1 }
        }
    }

    /// How many the backend with this number has.
    subscript(number: UInt32) -> Int { counts[number, default: 0] }
}

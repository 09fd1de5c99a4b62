// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NIOCore

/// All connections of clients. It belongs to the event loop.
final class ConnectionTable {
    private let limit: Int
    private var connections: [ObjectIdentifier: MetricsConnection] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a new connection; false: there is no room.
    func add(_ connection: MetricsConnection) -> Bool {
        if connections.count >= limit {
            let idle = connections.values.filter { $0.idleSince != nil }
            guard let oldest = idle.min(by: { $0.idleSince ?? .distantFuture < $1.idleSince ?? .distantFuture }) else {
                return false
            }
            remove(oldest)
            oldest.close()
        }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    func remove(_ connection: MetricsConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }
}

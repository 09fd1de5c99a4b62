// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// One of the figures of traffic, which farms and backends have alike.
struct TrafficFamily: Sendable {
    let family: MetricFamily
    let value: @Sendable (TrafficCounts) -> UInt64

    /// The figures of an object.
    static func all(of object: String, _ whose: String) -> [TrafficFamily] {
        func counter(
            _ name: String, _ help: String, _ value: @escaping @Sendable (TrafficCounts) -> UInt64
        ) -> TrafficFamily {
            TrafficFamily(
                family: MetricFamily("nftlb_\(object)_\(name)", .counter, "\(help), \(whose)."), value: value)
        }
        return [
            counter("connections", "Connections that began") { $0.connections },
            counter("packets_in", "Packets from clients") { $0.packetsIn },
            counter("packets_out", "Packets to clients") { $0.packetsOut },
            counter("bytes_in", "Bytes from clients with their IP headers") { $0.bytesIn },
            counter("bytes_out", "Bytes to clients with their IP headers") { $0.bytesOut },
        ]
    }
}

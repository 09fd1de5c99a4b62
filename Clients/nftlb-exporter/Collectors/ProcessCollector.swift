// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// The daemon's process: since when it runs, what it holds, who is connected.
struct ProcessCollector: Collector {
    let needs: Needs = .service

    private static let started = MetricFamily(
        "nftlb_start_time_seconds", .gauge, "When nftlbd started, in seconds since 1970.")
    private static let memory = MetricFamily("nftlb_resident_memory_bytes", .gauge, "The resident memory of nftlbd.")
    private static let connections = MetricFamily(
        "nftlb_rpc_connections", .gauge, "How many clients are connected to nftlbd, this exporter included.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        guard let own = reading.own else { return }
        output.write(Self.started, own.started)
        output.write(Self.memory, own.memory)
        output.write(Self.connections, own.clients)
    }
}

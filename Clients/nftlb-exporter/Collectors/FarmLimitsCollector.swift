// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What met the limits of farms that have some.
struct FarmLimitsCollector: Collector {
    let needs: Needs = .farms

    private static let packets = MetricFamily(
        "nftlb_limit_packets", .counter,
        "Packets that met a limit of a farm: first ones of connections, RST, or invalid ones, as the limit has it.")
    private static let unmetered = MetricFamily(
        "nftlb_limit_unmetered_packets", .counter,
        "Packets that passed because a limit of the farm had no room for their source.")

    /// The limits by the names of their attributes; that of backends has theirs in front.
    private static let limits: [(name: String, value: @Sendable (LimitCounts) -> UInt64)] = [
        ("new-rtlimit", { $0.new }), ("rst-rtlimit", { $0.resets }), ("est-connlimit", { $0.established }),
        ("backend-est-connlimit", { $0.backends }), ("tcp-strict", { $0.invalid }),
    ]

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.packets)
        for farm in reading.farms {
            guard let limits = farm.row.limits else { continue }
            for (name, value) in Self.limits { output.sample(value(limits), farm.labels.with("limit", name)) }
        }
        output.begin(Self.unmetered)
        for farm in reading.farms {
            if let limits = farm.row.limits { output.sample(limits.unmetered, farm.labels) }
        }
    }
}

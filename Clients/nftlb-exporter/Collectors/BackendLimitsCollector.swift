// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What met the limits of backends that have one.
struct BackendLimitsCollector: Collector {
    let needs: Needs = .farms

    private static let family = MetricFamily(
        "nftlb_backend_limit_packets", .counter, "First packets of connections over the est-connlimit of a backend.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.family)
        for farm in reading.farms {
            for backend in farm.backends {
                if let limited = backend.row.limited { output.sample(limited, backend.labels) }
            }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// The weights of backends.
struct BackendWeightCollector: Collector {
    let needs: Needs = .farms

    private static let family = MetricFamily(
        "nftlb_backend_weight", .gauge, "The share of a backend under the scheduler weight.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.family)
        for farm in reading.farms {
            for backend in farm.backends { output.sample(backend.row.weight, backend.labels) }
        }
    }
}

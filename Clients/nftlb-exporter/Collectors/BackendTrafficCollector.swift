// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What traffic has counted for backends.
struct BackendTrafficCollector: Collector {
    let needs: Needs = .farms

    private static let figures = TrafficFamily.all(of: "backend", "by backend")

    func collect(_ reading: Reading, into output: inout Exposition) {
        for figure in Self.figures {
            output.begin(figure.family)
            for farm in reading.farms {
                for backend in farm.backends { output.sample(figure.value(backend.row.counts), backend.labels) }
            }
        }
    }
}

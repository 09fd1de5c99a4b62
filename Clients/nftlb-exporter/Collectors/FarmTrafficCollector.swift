// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What traffic has counted for farms.
struct FarmTrafficCollector: Collector {
    let needs: Needs = .farms

    private static let figures = TrafficFamily.all(
        of: "farm", "by farm, with backends that it had (a restart of nftlbd forgets those)")

    func collect(_ reading: Reading, into output: inout Exposition) {
        for figure in Self.figures {
            output.begin(figure.family)
            for farm in reading.farms { output.sample(figure.value(farm.row.counts.counts), farm.labels) }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What farms are: labels to join with.
struct FarmInfoCollector: Collector {
    let needs: Needs = .farms

    private static let family = MetricFamily(
        "nftlb_farm", .info, "How a farm is declared: mode, scheduler, families and protocols of its addresses.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.family)
        for farm in reading.farms {
            let labels = farm.labels.with("mode", farm.row.mode).with("scheduler", farm.row.scheduler)
                .with("family", farm.row.families.joined(separator: ","))
                .with("protocol", farm.row.protocols.joined(separator: ","))
            output.sample(1, labels)
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// Whether the kernel holds what it should.
struct DriftCollector: Collector {
    let needs: Needs = .service

    private static let detected = MetricFamily(
        "nftlb_drift_detected", .counter, "How often other programs had changed what the kernel holds of nftlbd.")
    private static let repaired = MetricFamily("nftlb_drift_repaired", .counter, "How often that was corrected.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        guard let own = reading.own else { return }
        output.write(Self.detected, own.driftsFound)
        output.write(Self.repaired, own.driftsRepaired)
    }
}

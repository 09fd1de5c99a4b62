// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// The helper that writes rules: a process for each change of them.
struct HelperCollector: Collector {
    let needs: Needs = .service

    private static let runs = MetricFamily(
        "nftlb_nft_helper_runs", .counter, "How often nftlb-nft was run: only changes of rules need it.")
    private static let failures = MetricFamily(
        "nftlb_nft_helper_failures", .counter, "How often nftlb-nft refused or crashed.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        guard let own = reading.own else { return }
        output.write(Self.runs, own.helperRuns)
        output.write(Self.failures, own.helperFailures)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// The daemon itself: its version, its state, its revision.
struct DaemonCollector: Collector {
    let needs: Needs = []

    private static let build = MetricFamily("nftlb_build", .info, "The version of nftlbd.")
    private static let state = MetricFamily(
        "nftlb_state", .gauge, "What nftlbd does with requests: 1 for the state that is the case.")
    private static let revision = MetricFamily("nftlb_revision", .gauge, "The newest revision of the configuration.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.write(Self.build, 1, LabelSet(["version": reading.service.version]))
        output.begin(Self.state)
        output.states(reading.service.state, .none)
        // While it loads nobody knows.
        guard reading.service.state != .loading else { return }
        output.write(Self.revision, reading.revision)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// Commits, each of a group of requests, and their parts: where the time goes.
struct CommitCollector: Collector {
    let needs: Needs = .service

    private static let commits = MetricFamily(
        "nftlb_commit_duration_seconds", .histogram, "From the beginning of a group of requests to their answers.")
    private static let parts = MetricFamily(
        "nftlb_commit_part_duration_seconds", .histogram,
        "Parts of commits, with what they wait for; sweeps come after the answers.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        guard let own = reading.own else { return }
        output.begin(Self.commits)
        output.sample(Histogram(own.commits, bounds: own.bounds), .none)
        output.begin(Self.parts)
        for part in own.parts {
            output.sample(Histogram(part.durations, bounds: own.bounds), LabelSet(["part": part.part]))
        }
    }
}

extension Histogram {
    /// Durations as the daemon says them, in microseconds.
    init(_ durations: DurationStatistics, bounds: [UInt64]) {
        self.init(bounds: bounds.map { Double($0) / 1e6 }, counts: durations.counts, sum: Double(durations.sum) / 1e6)
    }
}

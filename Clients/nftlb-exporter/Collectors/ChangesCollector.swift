// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

/// Requests to change something: how many, how many refused and why, how long they took.
struct ChangesCollector: Collector {
    let needs: Needs = .service

    private static let accepted = MetricFamily(
        "nftlb_apply", .counter, "Requests that were accepted: in the kernel and on disk.")
    private static let refused = MetricFamily(
        "nftlb_apply_failures", .counter, "Requests that were refused, by the kind of error.")
    private static let last = MetricFamily(
        "nftlb_last_apply_timestamp_seconds", .gauge, "When the last request was accepted, in seconds since 1970.")
    private static let requests = MetricFamily(
        "nftlb_apply_duration_seconds", .histogram, "From accepted requests to their answers.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        guard let own = reading.own else { return }
        output.write(Self.accepted, own.changes)
        output.begin(Self.refused)
        // Also those that never happened: a rate needs a series that begins at 0.
        for kind in ErrorKind.allCases {
            let count = own.refusals.first { $0.kind == kind.rawValue }?.count ?? 0
            output.sample(count, LabelSet(["kind": kind.rawValue]))
        }
        if let time = own.lastChange { output.write(Self.last, time) }
        output.begin(Self.requests)
        output.sample(Histogram(own.requests, bounds: own.bounds), .none)
    }
}

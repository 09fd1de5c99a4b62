// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What backends are told to be and what they are.
///
/// The declared state is one series that says it in its label: with a series for each of its four words a backend would have
/// more than its twelve.
struct BackendStateCollector: Collector {
    let needs: Needs = .farms

    private static let administrative = MetricFamily(
        "nftlb_backend_administrative_state", .gauge, "What was declared of a backend, in the label state; always 1.")
    private static let operational = MetricFamily(
        "nftlb_backend_state", .gauge, "What is the case with a backend: 1 for the state that is.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.administrative)
        for farm in reading.farms {
            for backend in farm.backends { output.sample(1, backend.labels.with("state", backend.row.state)) }
        }
        output.begin(Self.operational)
        for farm in reading.farms {
            for backend in farm.backends { output.states(BackendCondition(backend.row.operational), backend.labels) }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What farms are told to be and what they are, and how many of their backends do what.
struct FarmStateCollector: Collector {
    let needs: Needs = .farms

    private static let administrative = MetricFamily(
        "nftlb_farm_administrative_state", .gauge, "What was declared of a farm: 1 for the state that was.")
    private static let operational = MetricFamily(
        "nftlb_farm_state", .gauge, "What is the case with a farm: 1 for the state that is.")
    private static let since = MetricFamily(
        "nftlb_farm_state_changed_timestamp_seconds", .gauge,
        "Since when the state of a farm is the case, in seconds since 1970.")
    private static let backends = MetricFamily(
        "nftlb_farm_backends", .gauge, "How many backends of a farm are in a state.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        output.begin(Self.administrative)
        for farm in reading.farms {
            // A word of a newer daemon is none of ours.
            if let state = AdministrativeState(rawValue: farm.row.state) { output.states(state, farm.labels) }
        }
        output.begin(Self.operational)
        for farm in reading.farms { output.states(farm.row.operational, farm.labels) }
        output.begin(Self.since)
        for farm in reading.farms {
            if let since = farm.row.since { output.sample(since, farm.labels) }
        }
        output.begin(Self.backends)
        for farm in reading.farms {
            for state in OperationalState.allCases {
                let count = farm.backends.count { $0.row.operational == state }
                output.sample(UInt64(count), farm.labels.with("state", state.rawValue))
            }
        }
    }
}

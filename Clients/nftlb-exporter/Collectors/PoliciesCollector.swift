// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// Black and white lists: how long they are, and what they have met.
struct PoliciesCollector: Collector {
    let needs: Needs = .farms

    private static let elements = MetricFamily("nftlb_policy_elements", .gauge, "How many elements a policy has.")
    private static let packets = MetricFamily(
        "nftlb_policy_packets", .counter, "Packets whose address a policy knew, whatever became of them.")
    private static let bytes = MetricFamily(
        "nftlb_policy_bytes", .counter, "Bytes of these packets with their IP headers.")

    func collect(_ reading: Reading, into output: inout Exposition) {
        let policies = reading.policies.map { ($0, LabelSet(["policy": $0.name])) }
        output.begin(Self.elements)
        for (policy, labels) in policies { output.sample(policy.elements, labels) }
        output.begin(Self.packets)
        for (policy, labels) in policies { output.sample(policy.packets, labels) }
        output.begin(Self.bytes)
        for (policy, labels) in policies { output.sample(policy.bytes, labels) }
    }
}

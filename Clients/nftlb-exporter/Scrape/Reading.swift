// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What the daemon was asked for and said, for one scrape.
struct Reading: Sendable {
    /// Who is there.
    var service: ServiceInfo.Result
    /// The newest revision.
    var revision: UInt64 = 0
    /// What the daemon has counted of its own doings.
    var own: ServiceStatistics?
    /// The farms in the order of their creation.
    var farms: [FarmReading] = []
    /// The policies in the order of their creation; none where some farms only were asked for.
    var policies: [PolicyStatistics] = []
    /// The cluster that it is in; as the policies.
    var clusters: [ClusterStatistics] = []
}

/// A farm with the labels of its series.
struct FarmReading: Sendable {
    let row: FarmRow
    let labels: LabelSet
    let backends: [BackendReading]

    init(_ row: FarmRow) {
        self.row = row
        let labels = LabelSet(["farm": row.name])
        self.labels = labels
        backends = row.backends.map { BackendReading(row: $0, labels: labels.with("backend", $0.name)) }
    }
}

/// A backend with the labels of its series.
struct BackendReading: Sendable {
    let row: BackendRow
    let labels: LabelSet
}

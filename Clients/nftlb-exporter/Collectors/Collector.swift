// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Writes the series of one subject. A new one is a file with a type like this and a case of `CollectorName`.
protocol Collector: Sendable {
    /// What the daemon is to be asked for.
    var needs: Needs { get }

    /// Writes the series of what the daemon said.
    func collect(_ reading: Reading, into output: inout Exposition)
}

/// The collectors by the names that options and queries know them by, in the order in which they write.
enum CollectorName: String, CaseIterable, Sendable {
    case daemon
    case process
    case changes
    case commit
    case drift
    case helper
    case farmInfo = "farm_info"
    case farmState = "farm_state"
    case farmTraffic = "farm_traffic"
    case farmLimits = "farm_limits"
    case policies
    case cluster
    case backendState = "backend_state"
    case backendWeight = "backend_weight"
    case backendTraffic = "backend_traffic"
    case backendLimits = "backend_limits"
    case backendSessions = "backend_sessions"

    /// What writes.
    var collector: any Collector {
        switch self {
        case .daemon: DaemonCollector()
        case .process: ProcessCollector()
        case .changes: ChangesCollector()
        case .commit: CommitCollector()
        case .drift: DriftCollector()
        case .helper: HelperCollector()
        case .farmInfo: FarmInfoCollector()
        case .farmState: FarmStateCollector()
        case .farmTraffic: FarmTrafficCollector()
        case .farmLimits: FarmLimitsCollector()
        case .policies: PoliciesCollector()
        case .cluster: ClusterCollector()
        case .backendState: BackendStateCollector()
        case .backendWeight: BackendWeightCollector()
        case .backendTraffic: BackendTrafficCollector()
        case .backendLimits: BackendLimitsCollector()
        case .backendSessions: BackendSessionsCollector()
        }
    }
}

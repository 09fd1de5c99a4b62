// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol

/// Where the daemon's own figures come from: engine, process and, once it is there, the server.
final class ServiceFigures {
    private let engine: Engine
    private let process: ProcessFacts
    weak var server: Server?

    init(engine: Engine, process: ProcessFacts) {
        self.engine = engine
        self.process = process
    }

    /// The figures of this moment.
    var now: ServiceStatistics {
        let figures = engine.figures
        var result = ServiceStatistics()
        result.started = process.started
        result.memory = process.memory()
        result.clients = UInt64(server?.connectionCount ?? 0)
        result.changes = figures.changes
        result.lastChange = figures.lastChange.map { UInt64(max(0, $0)) }
        result.refusals = ErrorKind.allCases.compactMap { kind in
            figures.refusals[kind].map { RefusalCount(kind: kind.rawValue, count: $0) }
        }
        result.driftsFound = engine.driftFound
        result.driftsRepaired = engine.driftCorrected
        result.helperRuns = figures.helperRuns
        result.helperFailures = figures.helperFailures
        result.bounds = DurationCounts.bounds.map { $0 / 1_000 }
        result.requests = DurationStatistics(figures.requests)
        result.commits = DurationStatistics(figures.commits)
        result.parts = CommitPart.allCases.compactMap { part in
            figures.parts[part].map { PartStatistics(part: part.rawValue, durations: DurationStatistics($0)) }
        }
        return result
    }
}

extension DurationStatistics {
    fileprivate init(_ durations: DurationCounts) {
        self.init(counts: durations.counts, sum: durations.sum / 1_000)
    }
}

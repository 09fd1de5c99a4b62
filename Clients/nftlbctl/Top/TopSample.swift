// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON

/// What was counted until a moment.
struct TopSample {
    /// When, on the clock that never goes back.
    var time: ContinuousClock.Instant
    var farms: [FarmRow]

    /// The rows between an earlier sample and this one.
    func lines(since before: TopSample?) -> [TopLine] {
        let seconds = before.map { Self.seconds($0.time.duration(to: time)) } ?? 0
        let old = Dictionary((before?.farms ?? []).map { ($0.name, $0) }) { first, _ in first }
        return farms.map { farm in
            let known = old[farm.name]
            let backends = Dictionary((known?.backends ?? []).map { ($0.name, $0.counts) }) { first, _ in first }
            var line = TopLine(
                farm: farm.name, backend: nil, state: farm.state, operational: farm.operational,
                rates: TopRates(farm.counts.counts, since: known?.counts.counts, seconds: seconds))
            line.backends = farm.backends.map { backend in
                TopLine(
                    farm: farm.name, backend: backend.name, state: backend.state, operational: backend.operational,
                    rates: TopRates(backend.counts, since: backends[backend.name], seconds: seconds),
                    established: backend.established)
            }
            let counted = line.backends.compactMap(\.established)
            if !counted.isEmpty { line.established = counted.reduce(0, +) }
            return line
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}

/// A farm or a backend in the table.
struct TopLine {
    var farm: String
    /// Nil: the line is the farm's.
    var backend: String?
    var state: String
    var operational: OperationalState
    var rates: TopRates
    var established: UInt64?
    var backends: [TopLine] = []

    /// For programs: figures in full, where people get three digits of them.
    var json: JSONValue {
        var object: JSONObject = [
            "name": .string(backend ?? farm), "state": .string(state), "operational": .string(operational.rawValue),
            "connections": .integer(rates.total), "connectionsPerSecond": rates.connections.json,
            "bytesInPerSecond": rates.bytesIn.json, "bytesOutPerSecond": rates.bytesOut.json,
        ]
        if let established { object["established"] = .integer(established) }
        if backend == nil { object["backends"] = .array(backends.map(\.json)) }
        return .object(object)
    }
}

extension Double {
    fileprivate var json: JSONValue { JSONNumber(self).map { .number($0) } ?? 0 }
}

/// What comes in a second, and what came in all.
struct TopRates {
    var connections = 0.0
    var bytesIn = 0.0
    var bytesOut = 0.0
    var total: UInt64 = 0

    /// Without an earlier count, or a time, nothing comes in a second. Counters begin anew when a backend comes back.
    init(_ now: TrafficCounts, since before: TrafficCounts?, seconds: Double) {
        total = now.connections
        guard let before, seconds > 0 else { return }
        func rate(_ path: KeyPath<TrafficCounts, UInt64>) -> Double {
            Double(now[keyPath: path] - min(now[keyPath: path], before[keyPath: path])) / seconds
        }
        connections = rate(\.connections)
        bytesIn = rate(\.bytesIn)
        bytesOut = rate(\.bytesOut)
    }
}

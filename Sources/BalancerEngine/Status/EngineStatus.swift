// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel

/// What is the case with a drain.
public struct DrainStatus: Equatable, Sendable {
    /// When the rest is cut.
    public var until: Moment
    /// How many connections are left; nil where that is not known.
    public var left: Int?
}

/// What is the case with all objects at one moment: it stays so, whatever changes afterwards.
public struct EngineStatus {
    let farms: [Name: InstalledFarm]
    let facts: NetworkFacts
    let drains: [UInt32: Drain]
    /// The numbers of backends whose connections are being cut.
    let cuts: Set<UInt32>
    /// Seconds since 1970.
    let now: Int64

    /// What is the case with a farm in the kernel, and how far its drains are.
    public func condition(of farm: Farm) -> FarmCondition {
        var condition = farm.condition(in: facts)
        guard isDraining else { return condition }
        for (index, drain) in drains(of: farm).enumerated() where farm.backends[index].isDraining {
            guard let drain else { continue }
            condition.backends[index].reason = drain.sentence(at: now)
        }
        return condition
    }

    /// The drains of a farm's backends, in their order; nil for those that are not drained now.
    public func drains(of farm: Farm) -> [DrainStatus?] {
        guard isDraining, let numbers = farms[farm.name]?.identity.backendNumbers else {
            return farm.backends.map { _ in nil }
        }
        return zip(farm.backends, numbers).map { backend, number in
            if let drain = drains[number] { return DrainStatus(until: drain.until, left: drain.left) }
            return backend.isDrained && cuts.contains(number) ? DrainStatus(until: backend.drainUntil) : nil
        }
    }

    private var isDraining: Bool { !drains.isEmpty || !cuts.isEmpty }
}

extension Engine {
    /// What is the case now.
    public var status: EngineStatus {
        EngineStatus(
            farms: farms, facts: facts, drains: drains.byNumber, cuts: cuts.pending, now: scheduler.wallClock)
    }

    /// What is the case with a farm now.
    public func condition(of farm: Farm) -> FarmCondition { status.condition(of: farm) }
}

extension DrainStatus {
    /// In words: `draining, 17 left, 4 min`.
    func sentence(at now: Int64) -> String {
        let seconds = max(until.number - now, 0)
        let time =
            switch seconds {
            case 0: "now"
            case ..<120: "\(seconds) s"
            case ..<7200: "\((seconds + 30) / 60) min"
            default: "\((seconds + 1800) / 3600) h"
            }
        return "draining, " + (left.map { "\($0) left, " } ?? "") + time
    }
}

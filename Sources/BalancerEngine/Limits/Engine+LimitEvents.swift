// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

// What limits refuse, the kernel counts and tells nobody. While somebody watches, the counters of farms with limits are looked at
// now and then, and what has been refused meanwhile is an event.
extension Engine {
    /// Between two looks, in milliseconds.
    private static var pause: Int { 5_000 }
    /// The most farms that are looked at: 2.5 µs each (limits.md A4).
    private static var most: Int { 1_000 }

    /// Says whether somebody watches.
    public func setWatched(_ isWatched: Bool) {
        limitWatch.isWatched = isWatched
        guard isWatched, !limitWatch.isScheduled else { return }
        lookAtLimits()
    }

    private func lookAtLimits() {
        guard limitWatch.isWatched else {
            limitWatch = LimitWatch()
            return
        }
        limitWatch.isScheduled = true
        let names = configuration.farms.filter(\.hasLimits).prefix(Self.most).map(\.name)
        guard state == .ready, !names.isEmpty else {
            limitWatch.known = [:]
            return scheduler.after(milliseconds: Self.pause) { [weak self] in self?.lookAtLimits() }
        }
        statistics(of: .farms(names)) { [weak self] result in
            guard let self else { return }
            if case .success(let statistics) = result { tellLimits(statistics.farms) }
            scheduler.after(milliseconds: Self.pause) { [weak self] in self?.lookAtLimits() }
        }
    }

    private func tellLimits(_ farms: [FarmFigures]) {
        var known: [Name: LimitFigures] = [:]
        for farm in farms {
            let figures = farm.total.limits
            known[farm.name] = figures
            guard let before = limitWatch.known[farm.name] else { continue }
            for (limit, path) in Self.limits where figures[keyPath: path] > before[keyPath: path] {
                let packets = figures[keyPath: path] - before[keyPath: path]
                emit(.limit(farm: farm.name, limit: limit, packets: packets))
            }
        }
        limitWatch.known = known
    }

    /// The attributes that limit, and what they have refused.
    private static var limits: [(String, KeyPath<LimitFigures, UInt64>)] {
        [
            ("new-rtlimit", \.new), ("rst-rtlimit", \.resets), ("est-connlimit", \.established),
            ("est-connlimit of backends", \.backends), ("tcp-strict", \.invalid),
        ]
    }
}

/// What was last seen of limits.
struct LimitWatch {
    var isWatched = false
    var isScheduled = false
    var known: [Name: LimitFigures] = [:]
}

extension Farm {
    /// Whether it has a limit of its own, or a backend with one.
    public var hasLimits: Bool {
        let own = options
        return own.newRateLimit != .none || own.resetRateLimit != .none || own.establishedLimit != .none
            || own.tcpStrict || backends.contains { $0.options.establishedLimit != .none }
    }
}

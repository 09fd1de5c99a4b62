// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// A backend that takes no new clients, and from which those that it has go.
struct Drain: Equatable {
    var farm: Name
    var backend: Name
    /// Its number in connection marks.
    var number: UInt32
    var family: AddressFamily
    /// When the rest is cut.
    var until: Moment
    /// Whether connection tracking knows its connections.
    var isCountable: Bool
    /// Whether a client without a connection may come back to it: the drain then lasts until its deadline.
    var isAwaited: Bool
    /// How many connections it had at the last count.
    var left: Int?

    /// What has an end if it is over now.
    var end: DrainEnd { DrainEnd(farm: farm, backend: backend, until: until) }

    init?(_ index: Int, of farm: Farm, number: UInt32) {
        let backend = farm.backends[index]
        guard backend.isDraining, let address = backend.address else { return nil }
        self.farm = farm.name
        self.backend = backend.name
        self.number = number
        family = address.family
        until = backend.drainUntil
        isCountable = farm.mode.tracksConnections
        isAwaited =
            !farm.options.persistence.isEmpty || farm.sessions.contains { $0.backend == backend.name }
    }
}

extension FarmMode {
    /// Whether connection tracking knows the backend of a connection.
    var tracksConnections: Bool {
        switch self {
        case .snat, .dnat: true
        case .local, .dsr, .stlsdnat: false
        }
    }
}

/// The drains that are under way, by the backend's number, and when they are looked at.
struct Drains {
    private(set) var byNumber: [UInt32: Drain] = [:]
    /// Whether a request that ends some is under way.
    var isEnding = false
    /// Whether connections are being counted.
    var isCounting = false
    /// No count begins before.
    var earliestCount: UInt64 = 0
    /// The number of the timer that counts: an earlier one does nothing.
    var timer = 0

    var isEmpty: Bool { byNumber.isEmpty }

    subscript(number: UInt32) -> Drain? { byNumber[number] }

    /// Takes over what a farm has become.
    ///
    /// - Returns: whether a drain has begun, or has another deadline.
    mutating func replace(_ old: [UInt32], by farm: Farm?, _ numbers: [UInt32]) -> Bool {
        var known: [UInt32: Drain] = [:]
        if !isEmpty { for number in old { known[number] = byNumber.removeValue(forKey: number) } }
        guard let farm else { return false }
        var hasBegun = false
        for (index, number) in numbers.enumerated() {
            guard var drain = Drain(index, of: farm, number: number) else { continue }
            if let before = known[number] { drain.left = before.left }
            if known[number]?.until != drain.until { hasBegun = true }
            byNumber[number] = drain
        }
        return hasBegun
    }

    /// Those whose deadline is over, in order of their names.
    func due(at now: Int64) -> [DrainEnd] { ends { $0.until.number <= now } }

    /// Those of which nobody is left, as counted just now.
    func empty(among counted: Set<UInt32>) -> [DrainEnd] {
        ends { counted.contains($0.number) && $0.left == 0 && !$0.isAwaited }
    }

    private func ends(_ isOver: (Drain) -> Bool) -> [DrainEnd] {
        byNumber.values.filter(isOver).sorted { ($0.farm, $0.backend) < ($1.farm, $1.backend) }.map(\.end)
    }

    /// Takes a count; of drains that have begun since it began, nothing.
    mutating func note(_ counts: [UInt32: Int], of counted: Set<UInt32>) {
        for number in counted { byNumber[number]?.left = counts[number, default: 0] }
    }
}

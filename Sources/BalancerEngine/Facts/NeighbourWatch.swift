// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// The neighbours over which destinations are reached: what is known of each, and when it should be asked.
///
/// Frames that are sent on at ingress do not pass the kernel's own neighbour code, so nobody else notices that one has gone
/// or has become another. Each is asked when nothing is known of it, when its answer has become old (the kernel says so
/// after some 30 s, base_reachable_time), and, while it does not answer, now and then.
struct NeighbourWatch {
    private struct Neighbour {
        var state: NeighbourState?
        var destinations: Set<IPAddress> = []
        /// When it was asked last; nil: it should be asked at once.
        var asked: UInt64?
    }

    private var neighbours: [NeighbourPlace: Neighbour] = [:]
    private var places: [IPAddress: NeighbourPlace] = [:]
    /// Those that should be asked, or asked again some time.
    private var open: Set<NeighbourPlace> = []
    /// Those that have failed since questions were taken last, and what they were before: the kernel tells the deletion of a
    /// neighbour as a failure and, at once, as a deletion (IPv4; Linux 6.18).
    private var failing: [NeighbourPlace: NeighbourState] = [:]

    /// Between two questions to one that does not answer, in nanoseconds. The kernel takes three to five seconds for each
    /// (mcast_solicit, retrans_time).
    static let patience: UInt64 = 10_000_000_000
    /// Most questions at once.
    static let portion = 256

    subscript(place: NeighbourPlace) -> NeighbourState { neighbours[place]?.state ?? .unknown }

    /// Whether the kernel was asked what it knows.
    func isKnown(_ place: NeighbourPlace) -> Bool { neighbours[place]?.state != nil }

    /// Whether there is somebody to ask, now or later.
    var hasQuestions: Bool { !open.isEmpty }

    func destinations(over interface: UInt32) -> [IPAddress] {
        places.compactMap { $0.value.interface == interface ? $0.key : nil }
    }

    /// Says over whom a destination is reached.
    ///
    /// - Returns: the neighbour that nobody needs any more.
    mutating func setPlace(_ place: NeighbourPlace?, of destination: IPAddress) -> NeighbourPlace? {
        let old = places[destination]
        guard old != place else { return nil }
        places[destination] = place
        if let place { neighbours[place, default: Neighbour()].destinations.insert(destination) }
        guard let old else { return nil }
        neighbours[old]!.destinations.remove(destination)
        guard neighbours[old]!.destinations.isEmpty else { return nil }
        neighbours[old] = nil
        open.remove(old)
        return old
    }

    /// What the kernel says about a neighbour.
    ///
    /// One that it has forgotten was perhaps just not used: until there is an answer, the last one holds, and so does a
    /// failure.
    ///
    /// - Returns: the destinations behind it.
    mutating func note(_ state: NeighbourState, at place: NeighbourPlace) -> Set<IPAddress> {
        guard var neighbour = neighbours[place] else { return [] }
        var state = state
        if state == .unknown {
            switch failing.removeValue(forKey: place) ?? neighbour.state {
            case .answered(let hardware, _): state = .answered(hardware, isFresh: false)
            case .failed: state = .failed
            case .fixed, .unknown, nil: break
            }
        }
        if state == .failed, let before = neighbour.state {
            switch before {
            case .answered, .fixed: failing[place] = before
            case .failed, .unknown: break
            }
        }
        // An answer that has become old, and an address that is forgotten, are reasons to ask at once; a failure is not.
        if state.shouldBeAsked, state != .failed, neighbour.state != state { neighbour.asked = nil }
        neighbour.state = state
        neighbours[place] = neighbour
        if state.shouldBeAsked { open.insert(place) } else { open.remove(place) }
        return neighbour.destinations
    }

    /// The interface has lost its carrier or is gone: what was known there is not known any more.
    mutating func forgetAll(at interface: UInt32) {
        for place in neighbours.keys where place.interface == interface {
            neighbours[place]!.state = .unknown
            neighbours[place]!.asked = nil
            open.remove(place)
        }
    }

    /// Everybody there is asked.
    mutating func askAll(at interface: UInt32) {
        for place in neighbours.keys where place.interface == interface && self[place].shouldBeAsked {
            neighbours[place]!.asked = nil
            open.insert(place)
        }
    }

    var all: Set<NeighbourPlace> { Set(neighbours.keys) }

    /// Whom to ask now.
    mutating func takeQuestions(at now: UInt64) -> [NeighbourPlace] {
        failing = [:]
        let due = open.compactMap { place -> (place: NeighbourPlace, since: UInt64)? in
            guard let asked = neighbours[place]!.asked else { return (place, 0) }
            return now < asked + Self.patience ? nil : (place, asked)
        }
        // Who has waited for longest comes first, so that everybody has a turn.
        let result = due.sorted { $0.since < $1.since }.prefix(Self.portion).map(\.place)
        for place in result { neighbours[place]!.asked = now }
        return result
    }
}

extension NeighbourState {
    fileprivate var shouldBeAsked: Bool {
        switch self {
        case .unknown, .failed, .answered(_, isFresh: false): true
        case .answered(_, isFresh: true), .fixed: false
        }
    }
}

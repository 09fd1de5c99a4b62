// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Which farm takes what, as a draft sees it: what differs from the claims of the configuration it began with.
struct DraftClaims: Sendable {
    private let base: ServiceClaims
    private var exact: [ServiceEntry: Name?] = [:]
    /// Copied from the base when a range there changes: the ranges of one address are few.
    private var ranges: [RangePlace: RangeClaims] = [:]

    private var exactJournal: [(entry: ServiceEntry, before: Name??)] = []
    /// Places of the request under way as they were before it; nil: not copied yet.
    private var rangeJournal: [RangePlace: RangeClaims?] = [:]

    init(on base: ServiceClaims) {
        self.base = base
    }

    mutating func begin() {
        exactJournal.removeAll(keepingCapacity: true)
        rangeJournal.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        while let step = exactJournal.popLast() { exact[step.entry] = step.before }
        for (place, before) in rangeJournal { ranges[place] = before }
        rangeJournal = [:]
    }

    /// Lets the objects that differ release what they had and take what they have now. A service that another one has fails
    /// with the path of the one that came later.
    mutating func apply<Value: Claimant>(_ differences: [ObjectDifference<Value>]) throws(Failure) {
        let differences = differences.filter(\.changesClaims)
        for difference in differences {
            for entry in difference.before?.claims ?? [] { release(entry) }
        }
        for difference in differences {
            for entry in difference.after?.claims ?? [] {
                guard let holder = take(entry, for: difference.name) else { continue }
                throw Failure(
                    .invalid, at: [Value.collection, difference.name.text],
                    "the \(Value.collection) \"\(difference.name)\" and \"\(holder)\" both \(Value.claiming) \(entry)")
            }
        }
    }

    private mutating func take(_ entry: ServiceEntry, for name: Name) -> Name? {
        if case .range(let transport, let range) = entry.scope {
            let place = touch(RangePlace(entry, transport))
            return ranges[place, default: RangeClaims()].take(range, for: name)
        }
        if let holder = exact[entry] ?? base.exact[entry] { return holder }
        set(entry, name)
        return nil
    }

    private mutating func release(_ entry: ServiceEntry) {
        if case .range(let transport, let range) = entry.scope {
            let place = touch(RangePlace(entry, transport))
            ranges[place]?.release(range)
        } else {
            set(entry, nil)
        }
    }

    private mutating func set(_ entry: ServiceEntry, _ name: Name?) {
        exactJournal.append((entry, exact[entry]))
        exact[entry] = .some(name)
    }

    private mutating func touch(_ place: RangePlace) -> RangePlace {
        if rangeJournal[place] == nil { rangeJournal[place] = .some(ranges[place]) }
        if ranges[place] == nil { ranges[place] = base.ranges[place] ?? RangeClaims() }
        return place
    }
}

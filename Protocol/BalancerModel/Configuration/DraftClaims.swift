// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Which farm claims what, as a draft sees it: what differs from the claims of the configuration it began with.
struct DraftClaims: Sendable {
    private let base: [Claim: Name]
    private var overlay: [Claim: Name?] = [:]
    private var journal: [(claim: Claim, before: Name??)] = []

    init(on base: [Claim: Name]) {
        self.base = base
    }

    mutating func begin() {
        journal.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        while let step = journal.popLast() { overlay[step.claim] = step.before }
    }

    /// Lets the farms that differ release what they had and take what they have now. A claim that another farm holds fails
    /// with the path of the farm that came later.
    mutating func apply(_ differences: [ObjectDifference<Farm>]) throws(Failure) {
        let differences = differences.filter { difference in
            guard let before = difference.before, let after = difference.after else { return true }
            return before.state != after.state || before.name != after.name || before.addresses != after.addresses
        }
        for difference in differences {
            for claim in difference.before?.claims ?? [] { set(claim, nil) }
        }
        for difference in differences {
            for claim in difference.after?.claims ?? [] {
                if let holder = overlay[claim] ?? base[claim], holder != difference.name {
                    throw Failure(
                        .invalid, at: [Farm.collection, difference.name.text],
                        "the farms \"\(difference.name)\" and \"\(holder)\" both take \(claim)")
                }
                set(claim, difference.name)
            }
        }
    }

    private mutating func set(_ claim: Claim, _ name: Name?) {
        journal.append((claim, overlay[claim]))
        overlay[claim] = .some(name)
    }
}

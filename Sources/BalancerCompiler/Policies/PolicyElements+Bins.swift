// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// Whether packets meet the elements of a policy.
public enum PolicyReach: Sendable, Hashable {
    /// Nobody is guarded by it before the change: what comes may come in pieces, before the change is visible.
    case nobodyBefore
    /// Somebody is: all that differs becomes visible at once.
    case somebody
}

extension FarmDifference {
    /// Adds what changes when a policy becomes another version of itself; nil: it is not there. It costs what differs.
    ///
    /// Of a policy that goes nothing is said: its sets go with all that is in them, and its number is never used again.
    ///
    /// - Parameter isAtIngress: in the sets for farms at ingress.
    public mutating func add(
        policy number: UInt32, from old: Policy?, to new: Policy?, _ reach: PolicyReach, isAtIngress: Bool = false
    ) {
        guard let new else { return }
        guard let old, old.family == new.family else {
            prepared.append(new, number: number, isAtIngress: isAtIngress)
            // The sets of the other family are there for a while, and it may come back.
            if let old { swept.append(old, number: number, isAtIngress: isAtIngress) }
            return
        }
        var change = PolicyChange(number: number, TableFamily(new.family), isAtIngress: isAtIngress)
        new.elements.forEachDifference(from: old.elements) { change.note($0) }
        change.noteRanges(from: old.elements, to: new.elements)
        if reach == .somebody { added.append(change.added) } else { prepared.append(change.added) }
        // New ranges may overlap old ones, so they come when those go.
        added.append(change.addedRanges)
        removed.append(change.removed)
    }
}

/// What comes and goes of one policy.
private struct PolicyChange {
    let hosts: SetDeclaration
    let ranges: SetDeclaration
    /// The table.
    let family: TableFamily
    var added = ElementBins()
    var addedRanges = ElementBins()
    var removed = ElementBins(withData: false)
    private var hasOtherRanges = false

    init(number: UInt32, _ family: TableFamily, isAtIngress: Bool) {
        let address: AddressFamily? = isAtIngress ? (family == .ip6 ? .ipv6 : .ipv4) : nil
        hosts = PolicySets.hosts(number, family).placed(address)
        ranges = PolicySets.ranges(number, family).placed(address)
        self.family = isAtIngress ? .netdev : family
    }

    mutating func note(_ difference: PolicyElements.Difference) {
        guard case .address(let address) = difference.data else {
            if difference.before == nil || difference.after == nil { hasOtherRanges = true }
            return
        }
        if difference.before == nil { added.with(hosts, family) { $0.append(address: address) } }
        if difference.after == nil { removed.with(hosts, family) { $0.append(address: address) } }
    }

    /// The kernel refuses ranges that overlap (EEXIST, Linux 6.1 to 6.18), so it gets what they cover together.
    mutating func noteRanges(from old: PolicyElements, to new: PolicyElements) {
        guard hasOtherRanges else { return }
        let before = Set(old.coveredRanges)
        let after = Set(new.coveredRanges)
        for range in before.subtracting(after).sorted() { removed.with(ranges, family) { $0.append(range) } }
        for range in after.subtracting(before).sorted() { addedRanges.with(ranges, family) { $0.append(range) } }
    }
}

extension ElementBins {
    /// Appends all elements of a policy.
    public mutating func append(_ policy: Policy, number: UInt32, isAtIngress: Bool = false) {
        append(policy, number: number, hosts: 0..<policy.elements.hostCount, isAtIngress: isAtIngress)
        append(rangesOf: policy, number: number, isAtIngress: isAtIngress)
    }

    /// Appends what the ranges of a policy cover.
    public mutating func append(rangesOf policy: Policy, number: UInt32, isAtIngress: Bool = false) {
        let family = TableFamily(policy.family)
        let ranges = policy.elements.coveredRanges
        if ranges.isEmpty { return }
        let set = PolicySets.ranges(number, family).placed(isAtIngress ? policy.family : nil)
        with(set, isAtIngress ? .netdev : family) { list in
            for range in ranges { list.append(range) }
        }
    }

    /// Appends some hosts of a policy: those at these places.
    public mutating func append(
        _ policy: Policy, number: UInt32, hosts places: Range<Int>, isAtIngress: Bool = false
    ) {
        if places.isEmpty { return }
        let family = TableFamily(policy.family)
        let set = PolicySets.hosts(number, family).placed(isAtIngress ? policy.family : nil)
        with(set, isAtIngress ? .netdev : family) { list in
            for host in policy.elements.hosts(at: places) { list.append(address: host) }
        }
    }
}

extension SetDeclaration {
    /// As it is at ingress for a family; nil: as it is.
    fileprivate func placed(_ family: AddressFamily?) -> SetDeclaration { family.map { atIngress($0) } ?? self }
}

extension ElementList {
    fileprivate mutating func append(_ range: CoveredRange) {
        append(address: range.first)
        append(address: range.last)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// The kernel part of a group as transactions: what is prepared, what switches, what is swept.
///
/// A group that fits into one short transaction is sent as one: what is prepared goes with the switch. A larger one is cut,
/// so that no transaction keeps the kernel's commit lock for long: only what packets can already reach must change at once.
///
/// What becomes unreachable never goes with the switch. A packet that drew a backend's mark just before it looks up the
/// address just after it; were the address gone by then, that connection would fail.
struct KernelPhases: Equatable {
    private(set) var prepares: [Transaction] = []
    private(set) var switchOver = Transaction()
    /// Of a large group: taken away right after the answers.
    private(set) var sweeps: [Transaction] = []
    /// Of a small group: keys to take away with the next group, or soon.
    private(set) var deferred: [ElementList] = []
    /// Whether the stamp stays 0 until what is deferred is gone: a start would not find leftovers among the slots unless it
    /// compares everything.
    private(set) var isStampDeferred = false

    /// A group without kernel part.
    init() {}

    /// Cuts a difference into transactions and puts the stamp where it belongs.
    ///
    /// - Parameters:
    ///   - difference: of all the farms of the group.
    ///   - pending: keys that an earlier group left to be taken away; they go before anything is added.
    ///   - stamp: where the stamp stands now and what it is to become; nil when there is no table to hold it.
    ///   - limit: how many elements one transaction may have, except a switch that needs more.
    init(_ difference: FarmDifference, pending: [ElementList], stamp: StampChange?, limit: Int) {
        let leftovers = Transaction(pending.map { .delete($0) })
        // Also a change without elements (a rename) moves the stamp, so that a start has nothing to write.
        if difference.elementCount <= limit {
            switchOver = leftovers
            switchOver.append(difference.prepare.map { .add($0) })
            switchOver.append(difference.switchOver)
            deferred = difference.sweep
            isStampDeferred = !deferred.allSatisfy(\.set.isDecisive)
            if let stamp { switchOver.append(stamp.steps(to: isStampDeferred ? 0 : stamp.target)) }
            switchOver.normalize()
            return
        }
        if !leftovers.isEmpty { prepares = [leftovers] }
        prepares += difference.prepare.flatMap { $0.cut(limit) }.map { Transaction([.add($0)]) }
        switchOver = difference.switchOver
        sweeps = difference.sweep.flatMap { $0.cut(limit) }.map { Transaction([.delete($0)]) }
        if let stamp { place(stamp) }
        switchOver.normalize()
    }

    /// Takes away what groups have deferred, when no other one comes that could take it along. From then on the kernel is what
    /// the file says, and so says its stamp.
    static func sweep(of deferred: [ElementList], stamp: StampChange?) -> Transaction {
        var transaction = Transaction(deferred.map { .delete($0) })
        if let stamp { transaction.append(stamp.steps(to: stamp.target)) }
        return transaction.normalized
    }

    /// Zero from the first transaction on: until the last one is done, a start compares everything.
    private mutating func place(_ stamp: StampChange) {
        var stamp = stamp
        if !prepares.isEmpty {
            prepares[0].append(stamp.steps(to: 0))
            stamp.installed = 0
        }
        switchOver.append(stamp.steps(to: sweeps.isEmpty ? stamp.target : 0))
        stamp.installed = 0
        if !sweeps.isEmpty { sweeps[sweeps.count - 1].append(stamp.steps(to: stamp.target)) }
    }
}

extension ElementList {
    /// The same elements in lists of at most `limit`.
    func cut(_ limit: Int) -> [ElementList] {
        Swift.stride(from: 0, to: count, by: limit).map { slice($0..<Swift.min($0 + limit, count)) }
    }
}

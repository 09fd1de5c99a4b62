// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// The kernel part of a group as transactions: what is prepared, what switches, what is swept.
///
/// A group that fits into one short transaction is sent as one: everything in the switch. A larger one is cut, so that no
/// transaction keeps the kernel's commit lock for long: only what packets can already reach must change at once.
struct KernelPhases: Equatable {
    var prepares: [Transaction] = []
    var switchOver = Transaction()
    var sweeps: [Transaction] = []

    /// Cuts a difference into transactions and puts the stamp where it belongs.
    ///
    /// - Parameters:
    ///   - difference: of all the farms of the group.
    ///   - stamp: where the stamp stands now and what it is to become; nil when there is no table to hold it.
    ///   - limit: how many elements one transaction may have, except a switch that needs more.
    init(_ difference: FarmDifference, stamp: StampChange?, limit: Int) {
        // Also a change without elements (a rename) moves the stamp, so that a start has nothing to write.
        if difference.elementCount <= limit {
            switchOver = difference.whole
            if let stamp { switchOver.append(stamp.steps(to: stamp.target)) }
            switchOver.normalize()
            return
        }
        prepares = difference.prepare.flatMap { $0.cut(limit) }.map { Transaction([.add($0)]) }
        switchOver = difference.switchOver
        sweeps = difference.sweep.flatMap { $0.cut(limit) }.map { Transaction([.delete($0)]) }
        guard var stamp else { return }
        // Zero from the first transaction on: until the last one is done, a start compares everything.
        if !prepares.isEmpty {
            prepares[0].append(stamp.steps(to: 0))
            stamp.installed = 0
        }
        switchOver.append(stamp.steps(to: sweeps.isEmpty ? stamp.target : 0))
        switchOver.normalize()
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

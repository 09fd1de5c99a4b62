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

    /// Elements in one transaction of the prepare and sweep phases: 2.5 µs an element make about 20 ms (limits.md A).
    static let chunk = 8192

    /// Cuts a difference into transactions and puts the stamp where it belongs.
    ///
    /// - Parameters:
    ///   - difference: of all the farms of the group.
    ///   - stamp: where the stamp stands now and what it is to become; nil when there is no table to hold it.
    init(_ difference: FarmDifference, stamp: StampChange?) {
        guard !difference.isEmpty else { return }
        if difference.elementCount <= Self.chunk {
            switchOver = difference.whole
            if let stamp { switchOver.append(stamp.steps(to: stamp.target)) }
            switchOver.normalize()
            return
        }
        prepares = Self.cut(difference.prepare).map { Transaction([.add($0)]) }
        switchOver = difference.switchOver
        sweeps = Self.cut(difference.sweep).map { Transaction([.delete($0)]) }
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

    /// Lists of at most `chunk` elements.
    static func cut(_ lists: [ElementList]) -> [ElementList] {
        var parts: [ElementList] = []
        for list in lists where list.count > 0 {
            var start = 0
            while start < list.count {
                let end = min(start + chunk, list.count)
                parts.append(list.slice(start..<end))
                start = end
            }
        }
        return parts
    }
}

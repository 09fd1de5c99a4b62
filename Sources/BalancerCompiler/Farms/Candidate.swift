// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// A backend of the priority that takes new connections.
struct Candidate {
    var address: IPAddress
    /// Its port, 0: the one that the client asked for.
    var port: UInt16
    /// Its share.
    var weight: UInt32
    /// The mark that means it.
    var mark: UInt32
    /// Whether it is up.
    var isSelectable: Bool

    init(_ backend: Backend, _ address: IPAddress, mark: UInt32, isSelectable: Bool) {
        self.address = address
        port = backend.port?.number ?? 0
        weight = backend.weight.value
        self.mark = mark
        self.isSelectable = isSelectable
    }
}

/// The mark in each slot; 0 for one that stays empty.
func slots(_ shape: Shape, _ candidates: [Candidate]) -> [UInt32] {
    let count = shape.slotCount.count
    guard candidates.contains(where: \.isSelectable) else { return [UInt32](repeating: 0, count: count) }
    switch shape.choice {
    case .turn, .lot:
        let selectable = candidates.filter(\.isSelectable)
        return Turns.fill(selectable.map(\.weight), count: count).map { $0 < 0 ? 0 : selectable[Int($0)].mark }
    case .hash, .symmetricHash, .proxy:
        return Maglev.fill(members(candidates), count: count).map { candidates[Int($0)].mark }
    }
}

/// Backends as a consistent hash knows them.
func members(_ candidates: [Candidate]) -> [Maglev.Member] {
    var seen: [UInt64: UInt64] = [:]
    return candidates.map { candidate in
        // Several in one place are told apart by their order.
        let before = seen[candidate.place, default: 0]
        seen[candidate.place] = before + 1
        return Maglev.Member(
            key: candidate.place &+ before, weight: candidate.weight, isSelectable: candidate.isSelectable)
    }
}

extension Candidate {
    /// A digest of address and port: a backend that is made anew, renamed or declared on another balancer wants the same
    /// slots of a hash.
    fileprivate var place: UInt64 {
        var digest = Digest()
        for byte in address.bytes { digest.combine(byte) }
        digest.combine(UInt8(port >> 8))
        digest.combine(UInt8(port & 0xff))
        return digest.value
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Where the kernel's stamp stands and what it is to become: the revision that its elements are of, 0 while they are
/// between two (low 32 bits).
struct StampChange: Equatable {
    /// The one-element map.
    var location: SetReference
    /// What it says now; nil when it is empty.
    var installed: UInt32?
    /// What it is to say in the end.
    var target: UInt32

    /// Replaces the element.
    func steps(to value: UInt32) -> [Transaction.Step] {
        if installed == value { return [] }
        var steps: [Transaction.Step] = []
        if installed != nil {
            var key = ElementList(set: location, keyLength: 4, dataLength: 0)
            key.append(words: 0)
            steps.append(.delete(key))
        }
        var element = ElementList(set: location, keyLength: 4, dataLength: 4)
        element.append(words: 0, value)
        return steps + [.add(element)]
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// What has become another in the facts since somebody last looked.
struct FactChanges: Equatable {
    var interfaces: Set<InterfaceName> = []
    var addresses: Set<IPAddress> = []
    /// Destinations of which the way or the exit is another.
    var ways: Set<IPAddress> = []
    var forwarding: Set<AddressFamily> = []

    var isEmpty: Bool { interfaces.isEmpty && addresses.isEmpty && ways.isEmpty && forwarding.isEmpty }

    /// Those of them that are really other than they were.
    func differing(_ old: NetworkFacts, _ new: NetworkFacts) -> FactChanges {
        FactChanges(
            interfaces: interfaces.filter { old.interfaces[$0] != new.interfaces[$0] },
            addresses: addresses.filter { old.ownAddresses[$0] != new.ownAddresses[$0] },
            ways: ways.filter { old.ways[$0] != new.ways[$0] || old.exits[$0] != new.exits[$0] },
            forwarding: forwarding.filter { old.forwarding[$0] != new.forwarding[$0] })
    }

    mutating func formUnion(_ other: FactChanges) {
        interfaces.formUnion(other.interfaces)
        addresses.formUnion(other.addresses)
        ways.formUnion(other.ways)
        forwarding.formUnion(other.forwarding)
    }
}

extension NetworkFacts {
    /// Takes over what has changed, at the cost of just that.
    mutating func take(_ changes: FactChanges, from new: NetworkFacts) {
        for name in changes.interfaces { interfaces[name] = new.interfaces[name] }
        for address in changes.addresses { ownAddresses[address] = new.ownAddresses[address] }
        for address in changes.ways {
            ways[address] = new.ways[address]
            exits[address] = new.exits[address]
        }
        for family in changes.forwarding { forwarding[family] = new.forwarding[family] }
    }
}

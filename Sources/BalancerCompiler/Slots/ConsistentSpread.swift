// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// How the flows of a farm with a consistent hash are spread.
public struct ConsistentSpread: Sendable, Hashable {
    /// How many slots there are.
    public var slots: Int
    /// Of 1000 slots of the other backends, how many change hands when one backend leaves for good; nil with 400 slots a
    /// backend or more: then at most 15 of all slots do (checked by the tests).
    public var displacedPerMille: Int?
}

/// How the flows of a farm are spread, in the family where it has more backends; nil where its scheduler is another one.
public func consistentSpread(of numbered: NumberedFarm) -> ConsistentSpread? {
    guard numbered.farm.scheduler == .maglev, numbered.farm.mode != .local else { return nil }
    let needs = needs(of: numbered)
    let shapes = needs.families.map { (family: $0, shape: needs[$0]?.shape) }
    let atIngress = (needs.ingress?.shapes ?? []).map { (family: TableFamily($0.family), shape: Optional($0.shape)) }
    return (shapes + atIngress).compactMap { family, shape -> ConsistentSpread? in
        guard let shape else { return nil }
        let count = shape.slotCount.count
        let active = numbered.farm.activePriority(family == .ip ? .ipv4 : .ipv6)
        let chosen = numbered.farm.backends.compactMap { backend -> Candidate? in
            guard let address = backend.address, TableFamily(address.family) == family,
                backend.duty(active: active) == .newConnections
            else { return nil }
            return Candidate(backend, address, mark: 0, isSelectable: true)
        }
        guard chosen.count > 1, count < SlotCount.consistentShare * chosen.count else {
            return ConsistentSpread(slots: count, displacedPerMille: nil)
        }
        return ConsistentSpread(slots: count, displacedPerMille: Maglev.displacement(members(chosen), count: count))
    }.max { $0.slots < $1.slots }
}

extension Maglev {
    /// Of 1000 slots of the others, how many change hands when the first member leaves: the same for the others but for
    /// chance.
    static func displacement(_ members: [Member], count: Int) -> Int {
        let before = fill(members, count: count)
        let after = fill(Array(members.dropFirst()), count: count)
        var others = 0
        var moved = 0
        for (old, new) in zip(before, after) where old != 0 {
            others += 1
            if old - 1 != new { moved += 1 }
        }
        return others == 0 ? 0 : (moved * 1000 + others - 1) / others
    }
}

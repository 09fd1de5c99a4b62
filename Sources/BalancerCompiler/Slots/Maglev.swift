// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Weighted Maglev hashing: every slot has a backend, shares are near the weights, and a backend that comes or goes moves
/// few slots besides its own. (Eisenbud et al., NSDI 2016, section 3.4.)
enum Maglev {
    /// Fills all slots with the indices of backends; `count` is prime.
    ///
    /// A backend is known by its number alone: where it wants to be does not depend on the others, on its place in the list
    /// or on when it was added, and the same configuration gives the same slots on every machine and after every restart.
    static func fill(_ backends: [(number: UInt32, weight: UInt32)], count: Int) -> [Int32] {
        guard !backends.isEmpty else { return [] }
        if backends.count == 1 { return [Int32](repeating: 0, count: count) }
        let order = backends.indices.sorted { backends[$0].number < backends[$1].number }
        var wishes = order.map { Wish(number: backends[$0].number, count: UInt32(count)) }
        let weights = order.map { UInt64(backends[$0].weight) }
        let heaviest = weights.max() ?? 1
        var credit = [UInt64](repeating: 0, count: order.count)
        var slots = [Int32](repeating: -1, count: count)
        var filled = 0
        while true {
            for place in order.indices {
                // The heaviest gets a slot in each round, the others as often as their weight says.
                credit[place] += weights[place]
                guard credit[place] >= heaviest else { continue }
                credit[place] -= heaviest
                var slot = wishes[place].next()
                while slots[slot] >= 0 { slot = wishes[place].next() }
                slots[slot] = Int32(order[place])
                filled += 1
                if filled == count { return slots }
            }
        }
    }

    /// The order in which a backend wants the slots: a start and a step, both from its number.
    private struct Wish {
        private var position: UInt32
        private let step: UInt32
        private let count: UInt32

        init(number: UInt32, count: UInt32) {
            let random = Self.mix(number)
            self.count = count
            position = UInt32(truncatingIfNeeded: random >> 32) % count
            step = UInt32(truncatingIfNeeded: random) % (count - 1) + 1
        }

        mutating func next() -> Int {
            defer {
                position += step
                if position >= count { position -= count }
            }
            return Int(position)
        }

        /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) over the number and a constant of our own: numbers that
        /// are near each other come out unrelated.
        private static func mix(_ number: UInt32) -> UInt64 {
            var z = (UInt64(number) &+ 0x6e66_746c_6221) &* 0x9e37_79b9_7f4a_7c15
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}

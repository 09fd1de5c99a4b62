// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Exact shares in few slots, for schedulers that may draw again (ruleset.md 4.3).
enum Turns {
    /// Fills slots with the indices of backends: whole rounds only, smoothly interleaved, so that shares are exactly those
    /// of the weights; what is left over stays empty (−1).
    ///
    /// A sum of weights that does not fit is rounded to the number of slots.
    static func fill(_ weights: [UInt32], count: Int) -> [Int32] {
        guard !weights.isEmpty else { return [] }
        let reduced = Weights.fitting(Weights.reduced(weights), into: count)
        let length = reduced.reduce(0, +)
        var slots = [Int32](repeating: -1, count: count)
        var position = 0
        let round = interleaved(reduced, length: length)
        for _ in 0..<count / length {
            for backend in round {
                slots[position] = backend
                position += 1
            }
        }
        return slots
    }

    /// One round of smooth weighted round robin: each backend gains its weight, the richest is chosen and pays the sum.
    private static func interleaved(_ weights: [Int], length: Int) -> [Int32] {
        if length == weights.count { return (0..<Int32(length)).map { $0 } }
        var credit = [Int](repeating: 0, count: weights.count)
        var round: [Int32] = []
        round.reserveCapacity(length)
        for _ in 0..<length {
            var best = 0
            for index in weights.indices {
                credit[index] += weights[index]
                if credit[index] > credit[best] { best = index }
            }
            credit[best] -= length
            round.append(Int32(best))
        }
        return round
    }
}

/// Sums and ratios of weights.
enum Weights {
    /// Divided by what all have in common.
    static func reduced(_ weights: [UInt32]) -> [Int] {
        var divisor: UInt32 = 0
        for weight in weights {
            divisor = common(divisor, weight)
            if divisor == 1 { break }
        }
        return weights.map { Int($0 / max(1, divisor)) }
    }

    /// The slots of one round.
    static func round(_ weights: [UInt32]) -> Int { reduced(weights).reduce(0, +) }

    /// Weights whose sum is at most `limit`: as they are, or scaled to exactly `limit`, those with the largest remainder
    /// rounded up, the first of equals.
    static func fitting(_ weights: [Int], into limit: Int) -> [Int] {
        let sum = weights.reduce(0, +)
        guard sum > limit else { return weights }
        var scaled = weights.map { $0 * limit / sum }
        var left = limit - scaled.reduce(0, +)
        // Whoever is in rotation gets something: the lightest at the cost of the heaviest.
        if weights.count <= limit {
            for index in scaled.indices where scaled[index] == 0 {
                scaled[index] = 1
                left -= 1
            }
            while left < 0, let heaviest = scaled.indices.max(by: { scaled[$0] < scaled[$1] }) {
                scaled[heaviest] -= 1
                left += 1
            }
        }
        let order = weights.indices.sorted {
            let (a, b) = (weights[$0] * limit % sum, weights[$1] * limit % sum)
            return a == b ? $0 < $1 : a > b
        }
        for index in order.prefix(left) { scaled[index] += 1 }
        return scaled
    }

    private static func common(_ a: UInt32, _ b: UInt32) -> UInt32 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

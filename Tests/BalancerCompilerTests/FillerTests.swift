// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@testable import BalancerCompiler

@Suite("Who gets which slot")
struct FillerTests {
    static func counts(_ slots: [Int32], _ backends: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: backends)
        for slot in slots where slot >= 0 { counts[Int(slot)] += 1 }
        return counts
    }

    @Test("Turns are exact: every backend has its weight's share of the filled slots")
    func exact() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let weights = (0..<1 + random.below(12)).map { _ in UInt32(1 + random.below(20)) }
            let round = Weights.round(weights)
            let count = SlotCount.wholeRounds(of: round, emptyAtMostOneIn: 10)
            let slots = Turns.fill(weights, count: count.count)
            let reduced = Weights.reduced(weights)
            let rounds = count.count / round
            #expect(Self.counts(slots, weights.count) == reduced.map { $0 * rounds })
            let empty = slots.count { $0 < 0 }
            #expect(empty * 10 <= count.count, "\(weights)")
            #expect(slots.prefix(Int(count.alwaysFilled)).allSatisfy { $0 >= 0 })
        }
    }

    @Test("The fallback draw always hits, whatever the weights", arguments: SlotCount.allCases)
    func alwaysFilled(count: SlotCount) {
        for round in 1...count.count {
            #expect(count.count / round * round >= Int(count.alwaysFilled))
        }
        #expect((2..<count.alwaysFilled).allSatisfy { count.alwaysFilled % $0 != 0 }, "prime")
    }

    @Test(
        "A sum of weights that does not fit is rounded (defect 8.2.8)",
        arguments: [
            [1_000_000, 1], [4093, 4093, 1], [1_000_000, 999_999, 3], [5000, 5000, 5000],
            [UInt32](repeating: 1_000_000, count: 3000) + [999_999],
        ] as [[UInt32]])
    func rounded(weights: [UInt32]) {
        let sum = weights.reduce(0) { $0 + Double($1) }
        let slots = Turns.fill(weights, count: 4093)
        for (index, count) in Self.counts(slots, weights.count).enumerated() {
            #expect(abs(Double(count) - Double(weights[index]) / sum * 4093) <= 1, "\(weights)")
        }
    }

    @Test("Neighbours in the rotation differ: no backend waits longer than its share says")
    func smooth() {
        let slots = Turns.fill([5, 1, 1], count: 61)
        #expect(slots.prefix(7) == [0, 0, 1, 0, 2, 0, 0])
        #expect(Turns.fill([3, 3, 3], count: 61).prefix(6) == [0, 1, 2, 0, 1, 2])
    }

    /// What the rules of a shape draw: rule by rule, each with a counter of its own, shared by the farms of the shape.
    struct Draws {
        var counters = [0, 0, 0, 0]
        let moduli: [Int]

        init(_ count: SlotCount) { moduli = [count.count, count.count, count.count, Int(count.alwaysFilled)] }

        mutating func draw(_ slots: [Int32]) -> Int {
            for rule in moduli.indices {
                let slot = counters[rule] % moduli[rule]
                counters[rule] += 1
                if slots[slot] >= 0 { return Int(slots[slot]) }
            }
            return -1
        }
    }

    @Test(
        "Two farms in turn on one counter get their shares",
        arguments: [
            [1, 1], [1, 1, 1], [1, 2, 3, 4], [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        ] as [[UInt32]])
    func sharedCounter(weights: [UInt32]) {
        let count = SlotCount.wholeRounds(of: Weights.round(weights), emptyAtMostOneIn: 10)
        let slots = Turns.fill(weights, count: count.count)
        var draws = Draws(count)
        let rounds = 40 * count.count
        var shares = [[Int]](repeating: [Int](repeating: 0, count: weights.count), count: 2)
        for turn in 0..<2 * rounds { shares[turn % 2][draws.draw(slots)] += 1 }
        let sum = weights.reduce(0, +)
        for farm in shares {
            for (index, share) in farm.enumerated() {
                let expected = Double(rounds) * Double(weights[index]) / Double(sum)
                #expect(abs(Double(share) - expected) < expected * 0.02 + 2, "\(weights): \(farm)")
            }
        }
    }

    @Test("One farm alone: exact over rotations, nine of ten backends up included")
    func nineOfTen() {
        let slots = Turns.fill([UInt32](repeating: 1, count: 9), count: 61)
        var draws = Draws(.few)
        var shares = [Int](repeating: 0, count: 9)
        for _ in 0..<61 * 61 * 9 { shares[draws.draw(slots)] += 1 }
        let mean = Double(61 * 61)
        #expect(shares.allSatisfy { abs(Double($0) - mean) <= mean * 0.005 }, "\(shares)")
    }

    @Test(
        "Random draws are the shares that the weights say (chi-square, 99.9 %)",
        arguments: [
            [1, 1], [1, 2, 3], [5, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        ] as [[UInt32]])
    func chiSquare(weights: [UInt32]) throws {
        var random = SeededGenerator(seed: 7)
        let count = SlotCount.wholeRounds(of: Weights.round(weights), emptyAtMostOneIn: 10)
        let turns = Turns.fill(weights, count: count.count)
        var observed = [Int](repeating: 0, count: weights.count)
        let draws = 20_000
        for _ in 0..<draws {
            var slot: Int32 = -1
            for _ in 0..<3 where slot < 0 { slot = turns[random.below(count.count)] }
            if slot < 0 { slot = turns[random.below(Int(count.alwaysFilled))] }
            observed[Int(slot)] += 1
        }
        let sum = Double(weights.reduce(0) { $0 + $1 } as UInt32)
        var statistic = 0.0
        for (found, weight) in zip(observed, weights) {
            let expected = Double(draws) * Double(weight) / sum
            statistic += (Double(found) - expected) * (Double(found) - expected) / expected
        }
        // Critical values at 0.001 for 1, 2, 3 and 9 degrees of freedom.
        let criticals: [Int: Double] = [1: 10.83, 2: 13.82, 3: 16.27, 9: 27.88]
        let critical = try #require(criticals[weights.count - 1])
        #expect(statistic < critical, "\(observed)")
    }
}

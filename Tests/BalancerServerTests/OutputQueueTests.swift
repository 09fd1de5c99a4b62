// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@testable import BalancerServer

@Suite("Output queue")
struct OutputQueueTests {
    @Test("Whatever is appended and however little is taken, the bytes come out in order", arguments: 1...10)
    func order(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var queue = OutputQueue()
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        for _ in 0..<40 {
            let size = [0, 5, 200, 4_000, 70_000].randomElement(using: &random)!
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ expected.count) }
            expected += bytes
            queue.append(bytes)
            var budget = Int.random(in: 0...60_000, using: &random)
            let drained = queue.drain { slice in
                let part = slice.prefix(budget)
                budget -= part.count
                taken += part
                return part.count
            }
            #expect(drained >= 0 && queue.count == expected.count - taken.count)
        }
        _ = queue.drain { slice in
            taken += slice
            return slice.count
        }
        #expect(queue.isEmpty && taken == expected)
    }

    @Test("Short pieces leave together")
    func coalescing() {
        var queue = OutputQueue()
        for _ in 0..<100 { queue.append([1, 2, 3]) }
        var writes = 0
        _ = queue.drain { slice in
            writes += 1
            return slice.count
        }
        #expect(writes == 1)
    }
}

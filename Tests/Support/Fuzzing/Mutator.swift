// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EngineSupport

/// Makes wrong inputs of right ones: bytes changed, parts taken out, doubled, or put in from elsewhere.
package struct Mutator {
    private var random: SeededGenerator
    /// Right inputs.
    private let corpus: [[UInt8]]
    /// Words that mean something in them.
    private let words: [[UInt8]]

    package init(seed: UInt64, corpus: [[UInt8]], words: [String]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus.filter { !$0.isEmpty }
        self.words = words.map { Array($0.utf8) }
    }

    /// The next input: right, or wrong in up to three places.
    package mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...3, using: &random) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        if bytes.isEmpty { bytes = [0x20] }
        let position = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, position + Int.random(in: 0...30, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(position..<end)
        case 3: bytes.insert(contentsOf: bytes[position..<end], at: position)
        case 4, 5: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: position)
        case 6: bytes.replaceSubrange(position..<end, with: words.randomElement(using: &random) ?? [])
        case 7:
            let other = corpus.randomElement(using: &random) ?? []
            let from = Int.random(in: 0..<max(1, other.count), using: &random)
            bytes.insert(contentsOf: other[from..<min(other.count, from + 60)], at: position)
        default: bytes.removeSubrange(position...)
        }
    }
}

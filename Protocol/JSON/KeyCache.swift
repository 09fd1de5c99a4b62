// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The long keys seen last, so that the thousand objects of a list share one `new-rtlimit-burst`.
///
/// A direct-mapped table: a key that falls on another's place replaces it.
struct KeyCache: Sendable {
    static let longest = 64
    static let slots = 32

    var strings = [String](repeating: "", count: slots)

    /// The place of a key, from its length and three of its bytes.
    static func slot(_ range: Range<Int>, _ input: borrowing Span<UInt8>) -> Int {
        let first = Int(input[range.lowerBound])
        let middle = Int(input[range.lowerBound + range.count / 2])
        let last = Int(input[range.upperBound - 1])
        return (first &* 7 &+ middle &* 31 &+ last &* 3 &+ range.count) % slots
    }

    func holds(_ range: Range<Int>, _ input: borrowing Span<UInt8>, at slot: Int) -> Bool {
        let utf8 = strings[slot].utf8
        guard utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in utf8 {
            if byte != input[index] { return false }
            index += 1
        }
        return true
    }
}

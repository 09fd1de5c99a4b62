// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// Reads a text.
func parse(_ text: String, _ options: JSONReader.Options = JSONReader.Options()) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), options: options)
}

/// The error of a text that must be refused; nil when it was read.
func refusal(_ bytes: [UInt8], _ options: JSONReader.Options = JSONReader.Options()) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue(parsing: bytes, options: options)
        return nil
    } catch {
        return error
    }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

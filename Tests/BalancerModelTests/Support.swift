// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

/// JSON from text, for documents that read like documents.
func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

/// A document from text.
func document(_ text: String) throws -> JSONObject { try #require(try json(text).object) }

/// A configuration from text.
func configuration(_ text: String) throws -> Configuration { try Configuration(json: try json(text)) }

/// The text of a value.
func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }

/// The failure of a configuration that must not be accepted.
func refusal(of text: String) throws -> BalancerError {
    let json = try json(text)
    return try #require(throws: BalancerError.self) { try Configuration(json: json) }
}

extension Configuration {
    /// This configuration after a request.
    func applying(_ changes: Change...) throws -> Configuration {
        var draft = Draft(on: self)
        try draft.apply(changes)
        var result = self
        result.merge(draft.delta)
        return result
    }

    /// The failure of a request that must not be accepted, and that leaves the draft as it was.
    func refusal(of changes: Change...) throws -> BalancerError {
        var draft = Draft(on: self)
        let error = try #require(throws: BalancerError.self) { try draft.apply(changes) }
        #expect(draft.delta.isEmpty)
        #expect(draft.takeRequestDelta().isEmpty)
        return error
    }

    /// The farm of a name that must be there.
    func farm(_ name: String) throws -> Farm { try #require(farms[try Name(name)]) }
}

/// SplitMix64 (Steele, Lea, Flood 2014): random numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

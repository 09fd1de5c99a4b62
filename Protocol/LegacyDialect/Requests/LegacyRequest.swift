// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// The body of a request of the C program's dialect, read as that program reads it, and what it asks for in the native
/// one: changes that are made together or not at all.
public struct LegacyRequest: Sendable {
    /// What is read of a body at most: bytes, and values of all kinds as a bound for memory.
    public static let limits = JSONReader.Options(
        maximumDepth: 64, maximumBytes: 64 << 20, maximumValues: 4_000_000, duplicateKeys: .lastWins)

    let steps: [EditStep]

    /// What was taken for something else than it says.
    public let sentences: [LegacySentence]

    /// Reads a body.
    ///
    /// - Throws: what that program answers to the first mistake, with the sentences up to there.
    public init(body: [UInt8]) throws(LegacyAnswer) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: body, options: Self.limits)
        } catch {
            throw LegacyAnswer(400, .invalidStructure)
        }
        var reader = RequestReader()
        try reader.read(value)
        steps = reader.steps
        sentences = reader.text.warnings.sentences
    }

    /// What steps ask for.
    init(steps: [EditStep]) {
        self.steps = steps
        sentences = []
    }

    /// Whether it asks for nothing.
    public var isEmpty: Bool { steps.isEmpty }

    /// The elements that it names, by policy.
    public var elements: [(policy: Name, elements: [AddressRange])] {
        documents.flatMap { document in document.policies.map { ($0, $1.elements.keys) } }
    }

    var documents: [DocumentEdit] {
        steps.compactMap { if case .set(let document) = $0 { document } else { nil } }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A number of a JSON text, exact: an integer of 64 bits, or the text as it was written.
///
/// RFC 8259 section 6 leaves range and precision to the implementation. Integers of the whole range of `Int64` and
/// `UInt64` are kept as such; all others (fractions, exponents, larger ones, `-0`) keep their text, so nothing is lost
/// between reading and writing. Equality is that of the text: `1`, `1.0` and `1e0` differ.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    enum Storage: Sendable, Hashable {
        case signed(Int64)
        /// Above `Int64.max`; a value has one representation only, because equality is synthesized.
        case unsigned(UInt64)
        /// Neither of the above; always a valid JSON number.
        case text(String)
    }

    let storage: Storage

    init(_ storage: Storage) {
        self.storage = storage
    }

    /// The number of any integer type.
    public init(_ value: some BinaryInteger) {
        if let signed = Int64(exactly: value) {
            storage = .signed(signed)
        } else if let unsigned = UInt64(exactly: value) {
            storage = .unsigned(unsigned)
        } else {
            storage = .text(String(value))
        }
    }

    /// The number nearest to a floating-point value, in the shortest text that reads back as the same; `nil` for what
    /// JSON cannot say: infinities and not-a-number. An integral value is spelled with its fraction, `5.0`.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        storage = .text(value.description)
    }

    /// The number that a text spells; `nil` when it is no JSON number.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        var reader = JSONReader(options: JSONReader.Options())
        guard !bytes.isEmpty, let number = try? reader.readNumber(bytes.span), reader.position == bytes.count else {
            return nil
        }
        self = number
    }

    /// The value when it is spelled as an integer and `Int64` holds it.
    public var integer: Int64? {
        switch storage {
        case .signed(let value): value
        case .unsigned: nil
        case .text(let text): text == "-0" ? 0 : nil
        }
    }

    /// The value when it is spelled as an integer and `UInt64` holds it.
    public var unsigned: UInt64? {
        switch storage {
        case .signed(let value): UInt64(exactly: value)
        case .unsigned(let value): value
        case .text(let text): text == "-0" ? 0 : nil
        }
    }

    /// The nearest floating-point value; infinite when it is beyond all of them.
    public var approximation: Double {
        switch storage {
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .text(let text): Double(text) ?? .nan
        }
    }

    /// The number as it was written.
    public var text: String {
        switch storage {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .text(let text): text
        }
    }

    /// The number as it was written.
    public var description: String { text }
}

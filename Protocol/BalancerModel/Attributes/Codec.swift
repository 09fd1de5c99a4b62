// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// How a value of one type is read from JSON and written back.
struct Codec<Value: Sendable & Equatable>: Sendable {
    let type: AttributeType
    let decode: @Sendable (JSONValue) throws(InvalidValue) -> Value
    let encode: @Sendable (Value) -> JSONValue
    /// What the value needs that this version does not have.
    var later: @Sendable (Value) -> Feature? = { _ in nil }
}

extension JSONValue {
    /// What this is, with article, for messages about wrong types.
    var noun: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    func expectedString() throws(InvalidValue) -> String {
        guard case .string(let text) = self else { throw InvalidValue("expected a string, found \(noun)") }
        return text
    }

    func expectedArray() throws(InvalidValue) -> [JSONValue] {
        guard case .array(let values) = self else { throw InvalidValue("expected an array, found \(noun)") }
        return values
    }

    func expectedInteger() throws(InvalidValue) -> Int64 {
        guard case .number(let number) = self else {
            var hint: String?
            if case .string(let text) = self, Int64(text) != nil { hint = "write \(text) without quotes" }
            throw InvalidValue("expected a number, found \(noun)", hint: hint)
        }
        guard let integer = number.integer else { throw InvalidValue("expected a whole number, found \(number.text)") }
        return integer
    }
}

extension Codec where Value: BoundedNumber {
    static var number: Codec {
        Codec(
            type: .number(Value.range),
            decode: { json throws(InvalidValue) in try Value(try json.expectedInteger()) },
            encode: { .integer($0.number) })
    }
}

extension Codec where Value == Bool {
    static var boolean: Codec {
        Codec(
            type: .boolean,
            decode: { json throws(InvalidValue) in
                guard case .bool(let value) = json else {
                    throw InvalidValue("expected true or false, found \(json.noun)")
                }
                return value
            },
            encode: { .bool($0) })
    }
}

extension Codec where Value: Word {
    static var word: Codec {
        Codec(
            type: .word(Value.choices),
            decode: { json throws(InvalidValue) in try Value(word: try json.expectedString()) },
            encode: { .string($0.rawValue) },
            later: { $0.laterFeature })
    }
}

extension Word {
    /// The word of a text.
    init(word text: String) throws(InvalidValue) {
        guard let value = Self(rawValue: text) else {
            let words = Self.choices.map(\.word).joined(separator: ", ")
            throw InvalidValue("\"\(text)\" is not one of \(words)", hint: Self.hint(for: text))
        }
        self = value
    }

    private static func hint(for text: String) -> String? {
        if Self.self == AddressFamily.self, ["dual", "inet"].contains(text) {
            return "list two addresses, one of each family"
        }
        return choices.first { $0.word == text.lowercased() }.map { "write \($0.word)" }
    }
}

extension Codec {
    /// An array of words in canonical order; each may stand there once.
    static func words<Element: Word & Comparable>() -> Codec where Value == [Element] {
        Codec(
            type: .words(Element.choices),
            decode: { json throws(InvalidValue) in
                var words: [Element] = []
                for value in try json.expectedArray() {
                    let text = try value.expectedString()
                    if text == "none" { throw InvalidValue("\"none\" is not a word here", hint: "write []") }
                    let word = try Element(word: text)
                    if words.contains(word) { throw InvalidValue("\"\(text)\" is named twice") }
                    words.append(word)
                }
                return words.sorted()
            },
            encode: { words in .array(words.map { .string($0.rawValue) }) })
    }
}

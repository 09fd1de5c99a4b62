// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A JSON value (RFC 8259), as read: members keep their order, numbers their exact value.
///
/// Two values are equal when they are equal member by member in the same order.
public enum JSONValue: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number; exact, see ``JSONNumber``.
    case number(JSONNumber)
    /// A string; any Unicode scalar may occur in it, NUL too.
    case string(String)
    /// An array
    case array([JSONValue])
    /// An object; ordered, see ``JSONObject``.
    case object(JSONObject)

    /// A number of any integer type.
    public static func integer(_ value: some BinaryInteger) -> JSONValue {
        .number(JSONNumber(value))
    }
}

extension JSONValue {
    /// The text of a string, `nil` for anything else.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The truth of a boolean, `nil` for anything else.
    public var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// A number of whichever kind, `nil` for anything else.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The value of a number that is spelled as an integer and fits; `nil` for anything else.
    public var integer: Int64? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    /// The elements of an array, `nil` for anything else.
    public var array: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }

    /// The members of an object, `nil` for anything else.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// What kind of value this is, in words for an error: "an object".
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A member of an object; `nil` when there is none or this is no object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// An element of an array; `nil` when there is none or this is no array.
    public subscript(position: Int) -> JSONValue? {
        guard case .array(let array) = self, array.indices.contains(position) else { return nil }
        return array[position]
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
public import JSON

/// A type that fields can have.
public protocol FieldValue: Sendable {
    /// Its JSON Schema.
    static var schema: Schema { get }

    /// How many of them may be in one list.
    static var maximumCount: Int { get }

    /// Reads the value.
    init(field json: JSONValue) throws(FieldFailure)

    /// Writes the value.
    var field: JSONValue { get }
}

extension FieldValue {
    /// As many as a message holds.
    public static var maximumCount: Int { .max }
}

extension Bool: FieldValue {
    /// `true` or `false`.
    public static var schema: Schema { .type("boolean") }

    /// Reads `true` or `false`.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.bool else { throw FieldFailure("not true or false") }
        self = value
    }

    /// The value as JSON.
    public var field: JSONValue { .bool(self) }
}

extension String: FieldValue {
    /// Any text.
    public static var schema: Schema { .type("string") }

    /// Reads a string.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.string else { throw FieldFailure("not a string") }
        self = value
    }

    /// The value as JSON.
    public var field: JSONValue { .string(self) }
}

extension UInt64: FieldValue {
    /// A whole number; revisions stay far below 2^53, so that every JSON library reads them exactly.
    public static var schema: Schema { Schema.type("integer").with("minimum", 0) }

    /// Reads a whole number that is not negative.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard case .number(let number) = json, let value = number.unsigned else {
            throw FieldFailure("not a whole number of at least 0")
        }
        self = value
    }

    /// The value as JSON.
    public var field: JSONValue { .integer(self) }
}

extension JSONObject: FieldValue {
    /// Any object.
    public static var schema: Schema { .type("object") }

    /// Objects that are read again by themselves, one after the other in one piece of work.
    public static var maximumCount: Int { 20_000 }

    /// Reads an object as it is.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.object else { throw FieldFailure("not an object") }
        self = value
    }

    /// The value as JSON.
    public var field: JSONValue { .object(self) }
}

extension Array: FieldValue where Element: FieldValue {
    /// A list.
    public static var schema: Schema { .array(of: Element.schema) }

    /// Reads a list.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let values = json.array else { throw FieldFailure("not an array") }
        guard values.count <= Element.maximumCount else {
            throw FieldFailure("more than \(Element.maximumCount) elements")
        }
        self.init()
        reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do throws(FieldFailure) {
                append(try Element(field: value))
            } catch {
                throw error.inside("[\(index)]")
            }
        }
    }

    /// The value as JSON.
    public var field: JSONValue { .array(map(\.field)) }
}

/// Words: an enum whose raw values are what is written.
public protocol WordValue: FieldValue, RawRepresentable, CaseIterable where RawValue == String {}

extension WordValue {
    /// One of the words.
    public static var schema: Schema { .words(allCases.map(\.rawValue)) }

    /// Reads one of the words.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let value = json.string.flatMap(Self.init(rawValue:)) else {
            throw FieldFailure("not one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = value
    }

    /// The value as JSON.
    public var field: JSONValue { .string(rawValue) }
}

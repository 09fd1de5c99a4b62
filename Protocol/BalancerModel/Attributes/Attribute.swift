// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// One row of an object's table: everything about one attribute, in one place. It drives decoding, partial updates,
/// encoding, the schema, the help and the completion.
public struct Attribute<Object: Sendable>: Sendable {
    /// The row itself. Rows are handed around much and never change, so they are behind one pointer.
    private final class Row: Sendable {
        let description: AttributeDescription
        let decode: @Sendable (inout Object, JSONValue) throws(Failure) -> Void
        let encode: @Sendable (Object) -> JSONValue
        let hasDefault: @Sendable (Object) -> Bool

        init(
            _ description: AttributeDescription,
            decode: @escaping @Sendable (inout Object, JSONValue) throws(Failure) -> Void,
            encode: @escaping @Sendable (Object) -> JSONValue,
            hasDefault: @escaping @Sendable (Object) -> Bool
        ) {
            self.description = description
            self.decode = decode
            self.encode = encode
            self.hasDefault = hasDefault
        }
    }

    private let row: Row

    init(
        _ description: AttributeDescription,
        decode: @escaping @Sendable (inout Object, JSONValue) throws(Failure) -> Void,
        encode: @escaping @Sendable (Object) -> JSONValue,
        hasDefault: @escaping @Sendable (Object) -> Bool
    ) {
        row = Row(description, decode: decode, encode: encode, hasDefault: hasDefault)
    }

    /// What there is to say about it.
    public var description: AttributeDescription { row.description }
    /// Its key in the native dialect.
    public var key: String { description.key }
    /// What values it takes.
    public var type: AttributeType { description.type }
    /// Its value when none is given; nil: it must be given.
    public var defaultValue: JSONValue? { description.defaultValue }
    /// Who may change it.
    public var role: Role { description.role }
    /// What it is, in one sentence.
    public var help: String { description.help }
    /// Whether it works in this version.
    public var availability: Availability { description.availability }

    /// Whether an object has the default of this attribute. Always so for what is never printed.
    public func isDefault(in object: Object) -> Bool { row.hasDefault(object) }

    /// The attribute's value as JSON.
    public func value(in object: Object) -> JSONValue { row.encode(object) }

    /// Decodes a value into the object; the failure's path is the key and what is below it.
    func set(_ value: JSONValue, in object: inout Object) throws(Failure) {
        do {
            try row.decode(&object, value)
        } catch {
            throw error.inside(key)
        }
    }
}

/// The rows of an object, found by key.
struct AttributeTable<Object: Sendable>: Sendable {
    let rows: [Attribute<Object>]
    private let indices: [String: Int]

    init(_ rows: [Attribute<Object>]) {
        self.rows = rows
        self.indices = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.key, $0) })
    }

    subscript(key: String) -> Attribute<Object>? {
        indices[key].map { rows[$0] }
    }
}

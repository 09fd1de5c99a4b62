// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import JSON

/// What is said about a field, whatever record it is of.
public struct FieldDescription: Sendable, Hashable {
    /// The key on the wire.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// Whether it must be there.
    public let isRequired: Bool
    /// Its type.
    public let schema: Schema
}

/// One field of a record: the only place that knows its name, type, meaning and default.
public struct Field<Object>: Sendable {
    /// The key on the wire.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// Whether it must be there.
    public let isRequired: Bool
    /// Its type, without the summary.
    public let schema: Schema

    let read: @Sendable (JSONValue, inout Object) throws(FieldFailure) -> Void
    let write: @Sendable (Object) -> JSONValue?

    /// The schema with the summary as its description.
    public var describedSchema: Schema { schema.described(summary) }

    /// A field that must be there.
    public static func required<Value: FieldValue>(
        _ name: String, _ path: any WritableKeyPath<Object, Value> & Sendable, _ summary: String,
        schema: Schema = Value.schema
    ) -> Field {
        Field(
            name: name, summary: summary, isRequired: true, schema: schema,
            read: { (value, object) throws(FieldFailure) in object[keyPath: path] = try Value(field: value) },
            write: { $0[keyPath: path].field })
    }

    /// A field that may be missing.
    public static func optional<Value: FieldValue>(
        _ name: String, _ path: any WritableKeyPath<Object, Value?> & Sendable, _ summary: String,
        schema: Schema = Value.schema
    ) -> Field {
        Field(
            name: name, summary: summary, isRequired: false, schema: schema,
            read: { (value, object) throws(FieldFailure) in object[keyPath: path] = try Value(field: value) },
            write: { $0[keyPath: path]?.field })
    }

    /// A field that means `fallback` when it is missing, and is not written then.
    public static func defaulting<Value: FieldValue & Equatable>(
        _ name: String, _ path: any WritableKeyPath<Object, Value> & Sendable, _ fallback: Value, _ summary: String
    ) -> Field {
        Field(
            name: name, summary: summary, isRequired: false, schema: Value.schema.with("default", fallback.field),
            read: { (value, object) throws(FieldFailure) in object[keyPath: path] = try Value(field: value) },
            write: { object in
                // Not `nil` in one expression with JSON: there it would be JSON's null.
                guard object[keyPath: path] != fallback else { return Optional.none }
                return object[keyPath: path].field
            })
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// A structure of the wire, declared as a list of fields. The declaration drives reading, writing and the schema in
/// `rpc.discover`, so the three cannot differ.
public protocol Record: FieldValue {
    /// A value whose required fields still wait to be read.
    init()

    /// The fields in the order in which they are written, and in which parameters are passed by position.
    static var fields: [Field<Self>] { get }
}

/// What a reader does with keys that no field declares.
public enum UnknownKeys: Sendable {
    /// Requests: a misspelled parameter must not be taken for success.
    case refused
    /// Replies: a newer server may say more.
    case ignored
}

/// Why JSON is not the declared record.
public struct FieldFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place inside the record, like `farms[3].name`.
    public var place: String
    /// Why.
    public var reason: String

    /// The place and the reason in one sentence.
    public var description: String { place.isEmpty ? reason : "'\(place)': \(reason)" }

    init(_ reason: String, at place: String = "") {
        self.place = place
        self.reason = reason
    }

    /// The same failure seen from the record around it.
    func inside(_ outer: String) -> FieldFailure {
        FieldFailure(reason, at: place.isEmpty || place.hasPrefix("[") ? outer + place : "\(outer).\(place)")
    }
}

extension Record {
    /// Reads a record from an object.
    public init(json object: JSONObject, unknownKeys: UnknownKeys) throws(FieldFailure) {
        self.init()
        let fields = Self.fields
        if unknownKeys == .refused, let key = object.keys.first(where: { key in fields.allSatisfy { $0.name != key } })
        {
            let known = fields.isEmpty ? "there are none" : "there are " + fields.map(\.name).joined(separator: ", ")
            throw FieldFailure("unknown, \(known)", at: key.capped)
        }
        for field in fields {
            guard let value = object[field.name] else {
                guard field.isRequired == false else { throw FieldFailure("missing", at: field.name) }
                continue
            }
            do throws(FieldFailure) {
                try field.read(value, &self)
            } catch {
                throw error.inside(field.name)
            }
        }
    }

    /// The record as an object; fields at their default are left out.
    public var object: JSONObject {
        var object = JSONObject()
        for field in Self.fields {
            if let value = field.write(self) { object.append(field.name, value) }
        }
        return object
    }

    /// Reads a record inside a reply.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let object = json.object else { throw FieldFailure("not an object") }
        try self.init(json: object, unknownKeys: .ignored)
    }

    /// The record inside another value.
    public var field: JSONValue { .object(object) }

    /// The schema of the record.
    public static var schema: Schema {
        .object(
            fields.map { Schema.Property(name: $0.name, schema: $0.describedSchema, isRequired: $0.isRequired) })
    }
}

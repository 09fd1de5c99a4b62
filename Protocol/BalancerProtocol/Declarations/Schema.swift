// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// A JSON Schema, built of the few forms that the protocol needs.
public struct Schema: Sendable, Hashable {
    /// The schema as it is written.
    public var json: JSONObject

    /// A schema as it is.
    public init(_ json: JSONObject) {
        self.json = json
    }

    /// A schema of one of JSON's types.
    public static func type(_ name: String) -> Schema {
        Schema(["type": .string(name)])
    }

    /// A list.
    public static func array(of element: Schema) -> Schema {
        Schema(["type": "array", "items": .object(element.json)])
    }

    /// One of some words.
    public static func words(_ words: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(words.map { .string($0) })])
    }

    /// A schema among the components of the document.
    public static func reference(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")])
    }

    /// One property of an object.
    public struct Property {
        var name: String
        var schema: Schema
        var isRequired: Bool
    }

    /// An object with at least these properties.
    public static func object(_ properties: [Property]) -> Schema {
        var members = JSONObject()
        for property in properties { members.append(property.name, .object(property.schema.json)) }
        var json: JSONObject = ["type": "object", "properties": .object(members)]
        let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
        if required.isEmpty == false { json.append("required", .array(required)) }
        return Schema(json)
    }

    /// The schema with one more keyword; an existing one is replaced.
    public func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var copy = self
        copy.json[keyword] = value
        return copy
    }

    /// The schema with a description. Keywords beside `$ref` are ignored by many readers, so a reference stays bare.
    public func described(_ text: String) -> Schema {
        json["$ref"] == nil ? with("description", .string(text)) : self
    }
}

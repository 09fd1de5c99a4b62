// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// The part of JSON Schema (draft 2020-12) that the description uses; a keyword that it does not know is a complaint, so that
/// none is passed over.
struct SchemaChecker {
    /// The document in which `$ref` finds its target.
    let document: JSONValue

    /// What is wrong with a value; empty: nothing.
    func complaints(_ value: JSONValue, _ schema: JSONValue, at place: String = "") -> [String] {
        guard case .object(let members) = schema else { return ["\(place): the schema is \(schema.kind)"] }
        return members.flatMap { complaints(value, keyword: $0.key, $0.value, in: members, at: place) }
    }

    /// What `#/components/schemas/Farm` refers to.
    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
    }

    private func complaints(
        _ value: JSONValue, keyword: String, _ rule: JSONValue, in schema: JSONObject, at place: String
    ) -> [String] {
        switch keyword {
        case "description": []
        case "$ref":
            resolve(rule.string ?? "").map { complaints(value, $0, at: place) } ?? ["\(place): no \(rule.text)"]
        case "type": isType(value, rule) ? [] : ["\(place): \(value.kind) is not \(rule.text)"]
        case "enum": rule.array?.contains(value) ?? false ? [] : ["\(place): \(value.text) is none of \(rule.text)"]
        case "pattern":
            value.string.map { matches($0, rule.string ?? "") } ?? true
                ? [] : ["\(place): \(value.text) does not match \(rule.text)"]
        case "anyOf":
            (rule.array ?? []).contains { complaints(value, $0, at: place).isEmpty }
                ? [] : ["\(place): \(value.kind) is none of the alternatives"]
        case "items":
            (value.array ?? []).enumerated().flatMap { complaints($1, rule, at: "\(place)/\($0)") }
        case "required":
            value.object.map { object in
                (rule.array ?? []).compactMap(\.string).filter { object[$0] == nil }.map { "\(place): no \($0)" }
            } ?? []
        case "properties":
            (value.object ?? [:]).flatMap { key, member in
                rule[key].map { complaints(member, $0, at: "\(place)/\(key)") } ?? []
            }
        case "additionalProperties":
            rule == false
                ? (value.object ?? [:]).map(\.key).filter { schema["properties"]?[$0] == nil }
                    .map { "\(place): \($0) is unknown" } : ["\(place): additionalProperties \(rule.text)"]
        default: ["\(place): the keyword \(keyword)"]
        }
    }

    private func isType(_ value: JSONValue, _ rule: JSONValue) -> Bool {
        let names = rule.array?.compactMap(\.string) ?? [rule.string ?? ""]
        return switch value {
        case .null: names.contains("null")
        case .bool: names.contains("boolean")
        case .number: names.contains("number")
        case .string: names.contains("string")
        case .array: names.contains("array")
        case .object: names.contains("object")
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        (try? Regex(pattern)).map { text.firstMatch(of: $0) != nil } ?? false
    }
}

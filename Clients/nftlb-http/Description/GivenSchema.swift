// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What bodies may say. The C program's dialect is lenient: a schema that promised more would refuse what is taken.
enum GivenSchema {
    static func name(of kind: ObjectKind) -> String { "Given" + PrintedSchema.name(of: kind) }

    /// A whole body: an object, or an array of such.
    static var document: JSONValue {
        let lists = JSONObject(
            [("farms", ObjectKind.farm), ("policies", .policy), ("addresses", .address)].map { list, kind in
                (key: list, value: self.list(of: kind))
            })
        let object: JSONValue = ["type": "object", "properties": .object(lists)]
        return ["anyOf": [object, ["type": "array", "items": object]]]
    }

    /// One value.
    static var value: JSONValue {
        [
            "description":
                "A string; a number or a boolean is taken as its text, true as on and false as off; null says nothing.",
            "type": ["string", "number", "boolean", "null"],
        ]
    }

    static func object(_ kind: ObjectKind) -> JSONValue {
        let identifier = kind.attributes.first(where: \.isIdentifier)?.key ?? "name"
        let taken = kind.attributes.filter { $0.availability != .readOnly }
        return [
            "type": "object",
            "description": .string(
                "\(identifier) comes first. Keys of other objects are ignored or refused, unknown ones are refused."),
            "properties": .object(JSONObject(taken.map { (key: $0.key, value: given($0)) })),
        ]
    }

    private static func given(_ attribute: AttributeDescription) -> JSONValue {
        if case .objects(let kind) = attribute.type { return list(of: kind) }
        return [
            "description": .string("\(attribute.help) (\(attribute.type.summary))"),
            "$ref": "#/components/schemas/GivenValue",
        ]
    }

    private static func list(of kind: ObjectKind) -> JSONValue {
        // A number, a boolean or null in its place is passed over.
        ["type": ["array", "number", "boolean", "null"], "items": .reference(name(of: kind))]
    }
}

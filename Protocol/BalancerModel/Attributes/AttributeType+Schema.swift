// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

extension AttributeType {
    /// The JSON Schema (draft 2020-12) of such a value.
    public var schema: JSONValue {
        switch self {
        case .number(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .port: ["type": ["integer", "null"], "minimum": 1, "maximum": 65535]
        case .boolean: ["type": "boolean"]
        case .name: ["type": "string", "minLength": 1, "maxLength": 255]
        case .logPrefix: ["type": "string", "maxLength": .integer(LogPrefix.maximumLength)]
        case .address, .rate, .hardwareAddress, .interface, .text, .sessionKey, .addressRange: ["type": "string"]
        case .word(let choices): AttributeType.enumeration(choices)
        case .words(let choices):
            ["type": "array", "uniqueItems": true, "items": AttributeType.enumeration(choices)]
        case .ports:
            [
                "type": "array",
                "items": [
                    "anyOf": [
                        ["type": "integer", "minimum": 1, "maximum": 65535],
                        ["type": "string", "pattern": "^[0-9]+-[0-9]+$"],
                    ]
                ],
            ]
        case .objects(let kind): ["type": "array", "items": kind.schema]
        }
    }

    private static func enumeration(_ choices: [Choice]) -> JSONValue {
        ["type": "string", "enum": .array(choices.map { .string($0.word) })]
    }
}

extension ObjectKind {
    /// The JSON Schema of such an object, with the objects in it.
    public var schema: JSONValue {
        var properties = JSONObject()
        for attribute in attributes { properties.append(attribute.key, attribute.schema) }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "required": .array(attributes.filter(\.isIdentifier).map { .string($0.key) }),
        ]
    }
}

extension AttributeDescription {
    /// The JSON Schema of this attribute's values, with its help, default and role.
    public var schema: JSONValue {
        guard case .object(var schema) = type.schema else { return type.schema }
        schema["description"] = .string(help)
        if let defaultValue { schema["default"] = defaultValue }
        schema["x-role"] = .string("\(role)")
        if case .later(let feature) = availability { schema["x-later"] = .string(feature.rawValue) }
        return .object(schema)
    }
}

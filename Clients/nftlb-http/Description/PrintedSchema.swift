// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// How objects are printed: every value is a string, and what it says has a form.
enum PrintedSchema {
    /// Documents by the name of their schema: the key of the list, and what is in it.
    static let documents: [(name: String, list: String, kind: ObjectKind)] = [
        ("Farms", "farms", .farm), ("Policies", "policies", .policy), ("Addresses", "addresses", .address),
        ("Sessions", "sessions", .session),
    ]

    static func name(of kind: ObjectKind) -> String {
        kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
    }

    static func document(_ list: String, of kind: ObjectKind) -> JSONValue {
        [
            "type": "object", "required": [.string(list)], "additionalProperties": false,
            "properties": .object([list: ["type": "array", "items": .reference(name(of: kind))]]),
        ]
    }

    static func object(_ kind: ObjectKind) -> JSONValue {
        let printed = kind.attributes.filter { isPrinted($0, in: kind) }
        return [
            "type": "object", "additionalProperties": false,
            "required": .array(printed.filter { isAlwaysPrinted($0, in: kind) }.map { .string($0.key) }),
            "properties": .object(JSONObject(printed.map { (key: $0.key, value: value(of: $0, in: kind)) })),
        ]
    }

    // MARK: Which attributes

    /// What the C program takes and never prints, and what only nftlbd knows.
    private static let neverPrinted: Set<String> = [
        "newname", "fqdn", "iface", "iether-addr", "oface", "ether-addr", "oether-addr", "action", "counters",
        "established-flows", "drain-until",
    ]

    private static func isPrinted(_ attribute: AttributeDescription, in kind: ObjectKind) -> Bool {
        !neverPrinted.contains(attribute.key) && !(kind == .farm && attribute.key == "used")
    }

    /// Whether it is printed also when it says nothing.
    private static func isAlwaysPrinted(_ attribute: AttributeDescription, in kind: ObjectKind) -> Bool {
        switch (kind, attribute.key) {
        // Those of the first address, where there is one.
        case (.farm, _) where attribute.availability == .alias: false
        case (.farm, "responsettl"), (.farm, "flow-offload"), (.farm, "intra-connect"), (.farm, "sessions"): false
        case (.backend, "ip-addr"), (.backend, "source-addr"), (.session, "expiration"), (.element, "time"): false
        default: !attribute.key.hasSuffix("log-prefix")
        }
    }

    // MARK: Values

    private static func value(of attribute: AttributeDescription, in kind: ObjectKind) -> JSONValue {
        var schema: JSONObject = ["description": .string(attribute.help)]
        if case .objects(let inner) = attribute.type {
            schema.append("type", "array")
            schema.append("items", .reference(name(of: inner)))
            return .object(schema)
        }
        schema.append("type", "string")
        switch (kind, attribute.key) {
        case (_, "mark"): schema.append("pattern", "^0x[0-9a-f]+$")
        case (.backend, "state"):
            schema.append("enum", ["up", "available", "off", "down", "config_error"])
        default:
            if let pattern = pattern(attribute.type) { schema.append("pattern", .string(pattern)) }
            if let words = words(attribute.type) { schema.append("enum", .array(words.map { .string($0) })) }
        }
        return .object(schema)
    }

    private static func pattern(_ type: AttributeType) -> String? {
        switch type {
        case .number: "^-?[0-9]+$"
        case .port: "^[0-9]*$"
        case .ports: "^([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?$"
        case .rate: "^[0-9]+/(second|minute|hour|day|week)$"
        case .words(let choices): "^(none|((\(choices.map(\.word).joined(separator: "|"))) ?)+)$"
        case .boolean, .name, .address, .logPrefix, .hardwareAddress, .interface, .text, .sessionKey, .addressRange,
            .word, .objects:
            nil
        }
    }

    private static func words(_ type: AttributeType) -> [String]? {
        switch type {
        case .boolean: ["on", "off"]
        case .word(let choices): choices.map(\.word)
        case .number, .port, .name, .address, .rate, .logPrefix, .hardwareAddress, .interface, .text, .sessionKey,
            .addressRange, .words, .ports, .objects:
            nil
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
internal import JSON

/// The protocol as an OpenRPC document (https://spec.open-rpc.org, 1.3.2), generated from the declarations.
enum OpenRPC {
    /// The document: methods in the order of the catalogue.
    static func document() -> JSONObject {
        var document = JSONObject()
        document.append("openrpc", "1.3.2")
        document.append(
            "info",
            [
                "title": "nftlbd", "version": .string(Version.text),
                "description":
                    "JSON-RPC 2.0 in frames of a length (4 bytes, most significant first) and JSON, on a Unix socket.",
            ])
        document.append("methods", .array(MethodCatalog.all.map { .object(describe($0)) }))
        document.append("components", ["schemas": .object(schemas)])
        return document
    }

    /// What methods refer to: the objects of the configuration, each attribute from its row, changes, and what notifications
    /// carry.
    private static var schemas: JSONObject {
        let farms = JSONValue.object(Schema.array(of: .reference("Farm")).json)
        let policies = JSONValue.object(Schema.array(of: .reference("Policy")).json)
        let addresses = JSONValue.object(Schema.array(of: .reference("Address")).json)
        let clusters = JSONValue.object(Schema.array(of: .reference("Cluster")).json)
        return [
            "Configuration": [
                "type": "object",
                "properties": [
                    "farms": farms, "policies": policies, "addresses": addresses, "clusters": clusters,
                ],
                "additionalProperties": false,
            ],
            "Farm": ObjectKind.farm.schema,
            "Policy": ObjectKind.policy.schema,
            "Address": ObjectKind.address.schema,
            "Cluster": ObjectKind.cluster.schema,
            "Event": .object(WatchedEvent.schema.json),
            "Change": [
                "oneOf": [
                    closed(["set": Schema.reference("Configuration")]),
                    closed(["delete": Schema.type("string").described("A path like /farms/web/backends/a.")]),
                    closed([
                        "rename": Schema.type("string").described("A path like /farms/web."),
                        "to": Schema.type("string").described("The new name."),
                    ]),
                    closed(["add": elementsPath, "elements": elements]),
                    closed([
                        "add": elementsPath, "elements": elements,
                        "time": Schema.type("integer").described(
                            "Seconds that they stay; elements that are there are renewed."),
                    ]),
                    closed(["remove": elementsPath, "elements": elements]),
                    closed([
                        "drain": Schema.type("string").described("/farms/FARM/backends/BACKEND"),
                        "deadline": Schema.type("integer").described(
                            "Seconds after which what is left of its connections is cut."),
                    ]),
                ]
            ],
        ]
    }

    private static let elementsPath = Schema.type("string").described("/policies/NAME/elements")
    private static let elements = Schema.array(of: .type("string")).described(
        "Addresses, prefixes and ranges a-b; what is there already, or not there, is left alone.")

    /// An object with exactly these properties.
    private static func closed(_ properties: KeyValuePairs<String, Schema>) -> JSONValue {
        let object = Schema.object(
            properties.map { Schema.Property(name: $0.key, schema: $0.value, isRequired: true) })
        return .object(object.with("additionalProperties", false).json)
    }

    private static func describe(_ method: any RPCMethod.Type) -> JSONObject {
        let declaration = method.declaration
        var object = JSONObject()
        object.append("name", .string(declaration.name))
        object.append("summary", .string(declaration.summary))
        object.append("paramStructure", "either")
        object.append("params", .array(method.parameterDescriptions.map { .object(describe($0)) }))
        object.append("result", ["name": "result", "schema": .object(method.resultSchema.json)])
        let errors = declaration.errors.map { kind -> JSONValue in
            ["code": .integer(RPCError.code(of: kind)), "message": .string(kind.rawValue)]
        }
        if errors.isEmpty == false { object.append("errors", .array(errors)) }
        object.append("examples", .array(method.examples.compactMap(describe).map { .object($0) }))
        object.append("x-role", .string(declaration.role.word))
        return object
    }

    private static func describe(_ parameter: FieldDescription) -> JSONObject {
        var object: JSONObject = ["name": .string(parameter.name), "description": .string(parameter.summary)]
        if parameter.isRequired { object.append("required", true) }
        object.append("schema", .object(parameter.schema.json))
        return object
    }

    /// OpenRPC has no place for errors in its examples: those are left to the tests.
    private static func describe(_ example: MethodExample) -> JSONObject? {
        let result: String
        switch example.answer {
        case .result(let text), .resultLike(let text): result = text
        case .error: return nil
        }
        guard let value = try? JSONValue(parsing: Array(result.utf8)) else { return nil }
        let parameters = example.parameters.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        let parts = parameters?.object.map { $0.map { ["name": .string($0.key), "value": $0.value] as JSONValue } }
        return [
            "name": .string(example.name),
            "params": .array(parts ?? []),
            "result": ["name": "result", "value": value],
        ]
    }
}

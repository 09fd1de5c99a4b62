// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import LegacyDialect

/// `/openapi.json`: this interface for programs (https://spec.openapis.org, 3.1.0), made of the operations and of the rows of
/// the attributes.
enum OpenAPI {
    /// The document, as it is sent.
    static let document: [UInt8] = JSONValue.object(members).serialized()

    private static var members: JSONObject {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "nftlb-http", "version": .string(Version.text),
                "summary": "The HTTP API of the C program nftlb, in front of nftlbd.",
                "description": .string(description),
                "license": ["name": "GPL-2.0-or-later", "identifier": "GPL-2.0-or-later"],
            ],
            "servers": [["url": "http://127.0.0.1:5555"]],
            "security": [["key": []]],
            "tags": .array(APIOperation.Tag.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["key": ["type": "apiKey", "in": "header", "name": "Key"]],
                "parameters": .object(parameters), "responses": .object(responses), "schemas": .object(schemas),
            ],
        ]
    }

    private static let description = """
        Objects are printed with one attribute a line, eight spaces a level, in a fixed order, all values as strings. A \
        request is one change, made whole or not at all; objects are found by their names, which must come first in each \
        object, and only what is given changes. PUT is the same as POST. The type of content of a request says nothing. HEAD \
        is GET without the body, OPTIONS names the methods. Paths are percent encoded. 503 comes with Retry-After; the \
        request was not made, or may have been made where the answer says so.
        """

    // MARK: Paths

    private static var paths: JSONObject {
        var paths = JSONObject()
        for operation in APIOperation.all {
            var item = paths[operation.path]?.object ?? JSONObject()
            if item.isEmpty, !operation.parameters.isEmpty {
                item.append(
                    "parameters",
                    .array(operation.parameters.map { ["$ref": .string("#/components/parameters/\($0.rawValue)")] }))
            }
            item.append(operation.verb.rawValue.lowercased(), describe(operation))
            paths[operation.path] = .object(item)
        }
        return paths
    }

    private static func describe(_ operation: APIOperation) -> JSONValue {
        var object: JSONObject = [
            "operationId": .string(operation.name), "tags": [.string(operation.tag.rawValue)],
            "summary": .string(operation.summary),
        ]
        if operation.isPublic { object.append("security", []) }
        if operation.body != .none {
            object.append(
                "requestBody",
                [
                    "required": .bool(operation.body == .required),
                    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/GivenDocument"]]],
                ])
        }
        var answers: JSONObject = ["200": operation.answer.response]
        for status in operation.statuses {
            answers.append("\(status.rawValue)", ["$ref": .string("#/components/responses/\(status)")])
        }
        object.append("responses", .object(answers))
        return .object(object)
    }

    // MARK: Components

    private static var parameters: JSONObject {
        JSONObject(
            APIOperation.Parameter.allCases.map { parameter in
                (
                    key: parameter.rawValue,
                    value: [
                        "name": .string(parameter.rawValue), "in": "path", "required": true,
                        "description": .string(parameter.description), "schema": ["type": "string"],
                    ]
                )
            })
    }

    private static var responses: JSONObject {
        JSONObject(
            APIOperation.Status.allCases.map { status in
                var response: JSONObject = ["description": .string(status.description)]
                if status == .unavailable {
                    response.append(
                        "headers",
                        ["Retry-After": ["description": "Seconds.", "schema": ["type": "integer"]]])
                }
                if status != .unauthorized {
                    response.append("content", ["application/json": ["schema": .reference("Answer")]])
                }
                return (key: "\(status)", value: .object(response))
            })
    }

    private static var schemas: JSONObject {
        var schemas: JSONObject = [
            "Answer": [
                "type": "object", "required": ["response"], "additionalProperties": false,
                "properties": [
                    "response": [
                        "type": "string",
                        "description": "A message, and behind it sentences, each after a full stop and a space.",
                    ]
                ],
            ]
        ]
        for (name, list, kind) in PrintedSchema.documents {
            schemas.append(name, PrintedSchema.document(list, of: kind))
        }
        for kind in ObjectKind.ofLegacyDialect {
            schemas.append(PrintedSchema.name(of: kind), PrintedSchema.object(kind))
        }
        schemas.append("GivenDocument", GivenSchema.document)
        schemas.append("GivenValue", GivenSchema.value)
        for kind in ObjectKind.ofLegacyDialect { schemas.append(GivenSchema.name(of: kind), GivenSchema.object(kind)) }
        return schemas
    }
}

extension JSONValue {
    /// A schema among the components.
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
}

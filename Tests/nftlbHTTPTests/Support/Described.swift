// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import LegacyDialect

@testable import nftlb_http

/// What `/openapi.json` promises about requests and answers.
enum Described {
    static let document = (try? JSONValue(parsing: OpenAPI.document)) ?? .null
    static let checker = SchemaChecker(document: document)

    /// What an exchange does that the description does not say; empty: nothing.
    static func complaints(_ exchange: Conversation.Exchange, _ answer: RawAnswer) -> [String] {
        guard let operation = operation(exchange.verb, exchange.path) else { return [] }
        let item = document["paths"]?[operation.path]?[operation.verb.rawValue.lowercased()]
        guard var response = item?["responses"]?["\(answer.status)"] else {
            return ["\(exchange.verb) \(operation.path) is not described with \(answer.status)"]
        }
        if let reference = response["$ref"]?.string { response = checker.resolve(reference) ?? .null }
        guard let schema = response["content"]?["application/json"]?["schema"] else { return [] }
        guard let body = try? JSONValue(parsing: answer.body) else { return ["no JSON: \(answer.text)"] }
        var complaints = checker.complaints(body, schema)
        if answer.status == 200, operation.body != .none, let given = exchange.body {
            let value = try? JSONValue(parsing: Array(given.utf8), options: LegacyRequest.limits)
            complaints += checker.complaints(value ?? .null, .reference("GivenDocument"))
        }
        return complaints
    }

    /// The operation of a request, if its path is one of those described.
    private static func operation(_ verb: String, _ path: String) -> APIOperation? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return APIOperation.all.first { operation in
            let own = operation.path.split(separator: "/")
            return operation.verb.rawValue == verb && own.count == parts.count
                && zip(own, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") && !$1.isEmpty }
        }
    }
}

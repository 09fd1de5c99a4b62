// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import JSON
import Testing

@testable import nftlb_http

/// `/openapi.json` says what is so: see also `ConversationTests`, where every answer must be of the schema that it promises.
@Suite("The description", .timeLimit(.minutes(10)))
struct DescriptionTests {
    static let document = Described.document
    static let checker = Described.checker

    @Test("It is served without a key, and HEAD has its length")
    func served() async throws {
        try await EdgeTests.with { bench in
            let answer = try bench.ask("GET", "/openapi.json", key: nil)
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
            #expect(answer.body == OpenAPI.document)
            #expect(
                try bench.ask("HEAD", "/openapi.json", key: nil).headers["content-length"] == "\(answer.body.count)")
            #expect(answer.text.hasPrefix(#"{"openapi":"3.1.0""#))
        }
    }

    @Test("Every reference leads somewhere, every name in a path is a parameter, every operation has its own name")
    func references() {
        var names: Set<String> = []
        func visit(_ value: JSONValue) {
            for element in value.array ?? [] { visit(element) }
            for (key, member) in value.object ?? [:] {
                if key == "$ref" { #expect(Self.checker.resolve(member.string ?? "") != nil, "\(member.text)") }
                if key == "operationId" { #expect(names.insert(member.string ?? "").inserted, "\(member.text)") }
                visit(member)
            }
        }
        visit(Self.document)
        #expect(names.count == APIOperation.all.count)
        for (path, item) in Self.document["paths"]?.object ?? [:] {
            let braces = path.matches(of: /\{(\w+)\}/).map { "#/components/parameters/\($0.1)" }
            let said = item["parameters"]?.array?.compactMap { $0["$ref"]?.string } ?? []
            #expect(braces == said, "\(path)")
        }
    }

    /// What an operation asks for, by name of the route.
    private static func route(_ operation: APIOperation, body: [UInt8]) throws -> String {
        let path = operation.path.replacing("{", with: "").replacing("}", with: "")
        let route = try Route(
            HTTPRequest(verb: operation.verb, path: RequestPath(target: path), body: body, role: .reader))
        let text = "\(route)"
        // An optional name is another question when it is there.
        return String(text.prefix { $0 != "(" }) + (text.contains("nil") ? " all" : "")
    }

    @Test("Every path that is described leads to a route, and every route is described")
    func routes() throws {
        var found: Set<String> = []
        for operation in APIOperation.all {
            found.insert(try Self.route(operation, body: []))
            if operation.body == .optional { found.insert(try Self.route(operation, body: [0x20])) }
        }
        let all: Set<String> = [
            "health", "description", "farms all", "farms", "sessions", "policies all", "policies", "addresses all",
            "addresses", "merge", "replaceElements", "replacePolicies", "deleteNamedElements", "deleteFarms all",
            "deleteFarms", "deleteBackends all", "deleteBackends", "deleteBackendSessions", "deleteSessions all",
            "deleteSessions", "deleteFarmAddresses all", "deleteFarmAddresses", "deleteFarmPolicies all",
            "deleteFarmPolicies", "deletePolicies all", "deletePolicies", "deleteElements all", "deleteElements",
            "deleteAddresses all", "deleteAddresses",
        ]
        #expect(found == all)
    }

    @Test("What is checked is checked: a value of another form is a complaint")
    func checker() {
        let schema: JSONValue = .reference("Farms")
        let empty: JSONValue = ["farms": []]
        #expect(Self.checker.complaints(empty, schema).isEmpty)
        for wrong: JSONValue in [
            [], ["farms": [], "more": []], [:], ["farms": [["name": "a"]]], ["farms": [5]],
        ] { #expect(!Self.checker.complaints(wrong, schema).isEmpty, "\(wrong.text)") }
        let session: JSONValue = ["sessions": [["client": "a", "backend": "b", "expiration": 5]]]
        #expect(
            Self.checker.complaints(session, .reference("Sessions")) == [
                "/sessions/0/expiration: a number is not \"string\""
            ])
    }
}

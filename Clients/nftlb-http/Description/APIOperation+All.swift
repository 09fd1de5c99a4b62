// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension APIOperation {
    /// Everything that can be asked, in the order of the paths.
    static let all: [APIOperation] = farms + policies + addresses + service

    private static let farms: [APIOperation] = [
        .get("/farms", "listFarms", .farms, "All farms.", "Farms"),
        .merge(.post, "/farms", "mergeFarms", .farms),
        .merge(.put, "/farms", "putFarms", .farms),
        .delete("/farms", "deleteFarms", .farms, "Deletes all farms.", body: .optional),
        .get("/farms/{farm}", "getFarm", .farms, "One farm, in a list.", "Farms", else: [.failed]),
        .delete("/farms/{farm}", "deleteFarm", .farms, "Deletes a farm."),
        .delete("/farms/{farm}/backends", "deleteBackends", .farms, "Deletes all backends of a farm."),
        .delete("/farms/{farm}/backends/{backend}", "deleteBackend", .farms, "Deletes a backend."),
        .delete(
            "/farms/{farm}/backends/{backend}/sessions", "deleteBackendSessions", .farms,
            "Deletes the sessions of a backend, declared and learnt."),
        .get(
            "/farms/{farm}/sessions", "listSessions", .farms, "The sessions of a farm: declared, then learnt.",
            "Sessions", else: [.unknown]),
        .delete("/farms/{farm}/sessions", "deleteSessions", .farms, "Deletes the declared sessions of a farm."),
        .delete(
            "/farms/{farm}/sessions/{client}", "deleteSession", .farms,
            "Deletes the session of a client, declared or learnt; one that is not there is success."),
        .delete("/farms/{farm}/addresses", "detachAddresses", .farms, "Takes all addresses from a farm."),
        .delete("/farms/{farm}/addresses/{address}", "detachAddress", .farms, "Takes an address from a farm."),
        .delete("/farms/{farm}/policies", "detachPolicies", .farms, "Takes all policies from a farm."),
        .patch("/farms/{farm}/policies", "replacePolicies", .farms, "Makes the policies of a farm those of the body."),
        .delete("/farms/{farm}/policies/{policy}", "detachPolicy", .farms, "Takes a policy from a farm."),
    ]

    private static let policies: [APIOperation] = [
        .get("/policies", "listPolicies", .policies, "All policies, with their elements and counters.", "Policies"),
        .merge(.post, "/policies", "mergePolicies", .policies),
        .merge(.put, "/policies", "putPolicies", .policies),
        .delete(
            "/policies", "deletePolicies", .policies,
            "Deletes all policies; with a body, the elements that it names and nothing else.", body: .optional),
        .get("/policies/{policy}", "getPolicy", .policies, "One policy in a list; none: an empty list.", "Policies"),
        .patch(
            "/policies/{policy}", "replaceElements", .policies,
            "Makes the elements of a policy those of the body, in one step."),
        .delete("/policies/{policy}", "deletePolicy", .policies, "Deletes a policy, taking it from who uses it."),
        .delete("/policies/{policy}/elements", "deleteElements", .policies, "Empties a policy."),
        .delete("/policies/{policy}/elements/{element}", "deleteElement", .policies, "Deletes an element."),
    ]

    private static let addresses: [APIOperation] = [
        .get("/addresses", "listAddresses", .addresses, "All addresses, also those of farms.", "Addresses"),
        .merge(.post, "/addresses", "mergeAddresses", .addresses),
        .merge(.put, "/addresses", "putAddresses", .addresses),
        .delete("/addresses", "deleteAddresses", .addresses, "Deletes all addresses.", body: .optional),
        .get(
            "/addresses/{address}", "getAddress", .addresses, "The addresses of a name; none: an empty list.",
            "Addresses"),
        .delete("/addresses/{address}", "deleteAddress", .addresses, "Deletes an address, taking it from its farms."),
    ]

    private static let service: [APIOperation] = [
        APIOperation(
            verb: .get, path: "/healthz", name: "getHealth", tag: .service, summary: "Whether the balancer serves.",
            answer: .text, statuses: [.unavailable]),
        APIOperation(
            verb: .get, path: "/openapi.json", name: "getDescription", tag: .service, summary: "This document.",
            answer: .description, statuses: []),
    ]

    private static let always: [Status] = [.unauthorized, .unavailable]

    private static func get(
        _ path: String, _ name: String, _ tag: Tag, _ summary: String, _ schema: String, else others: [Status] = []
    ) -> APIOperation {
        APIOperation(
            verb: .get, path: path, name: name, tag: tag, summary: summary, answer: .printed(schema),
            statuses: (always + others).sorted { $0.rawValue < $1.rawValue })
    }

    private static func merge(_ verb: HTTPVerb, _ path: String, _ name: String, _ tag: Tag) -> APIOperation {
        APIOperation(
            verb: verb, path: path, name: name, tag: tag,
            summary: "Merges the body into what is declared; which of the three paths it comes to says nothing.",
            body: .required, statuses: Status.allCases)
    }

    private static func patch(_ path: String, _ name: String, _ tag: Tag, _ summary: String) -> APIOperation {
        APIOperation(
            verb: .patch, path: path, name: name, tag: tag, summary: summary, body: .required,
            statuses: Status.allCases)
    }

    private static func delete(
        _ path: String, _ name: String, _ tag: Tag, _ summary: String, body: Body = .none
    ) -> APIOperation {
        APIOperation(
            verb: .delete, path: path, name: name, tag: tag, summary: summary, body: body,
            statuses: Status.allCases.filter { body != .none || $0 != .tooLong })
    }
}

extension APIOperation.Answer {
    /// The response of 200.
    var response: JSONValue {
        switch self {
        case .printed(let schema):
            [
                "description": "The objects.",
                "content": ["application/json": ["schema": .reference(schema)]],
            ]
        case .done:
            [
                "description": "It is done; with sentences about words that were taken for something else.",
                "content": ["application/json": ["schema": .reference("Answer")]],
            ]
        case .text:
            ["description": "It serves.", "content": ["text/plain": ["schema": ["type": "string"]]]]
        case .description:
            ["description": "This document.", "content": ["application/json": ["schema": ["type": "object"]]]]
        }
    }
}

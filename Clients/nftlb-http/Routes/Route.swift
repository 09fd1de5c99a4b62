// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import LegacyDialect

/// What a method and a path ask for. Names are as written; whether there are such objects is seen later.
enum Route: Sendable, Equatable {
    case health
    case description
    case options
    case farms(String?)
    case sessions(farm: String)
    case policies(String?)
    case addresses(String?)
    /// The body is merged into what is declared.
    case merge
    case replaceElements(policy: String)
    case replacePolicies(farm: String)
    /// Elements that the body names are deleted.
    case deleteNamedElements
    case deleteFarms(String?)
    case deleteBackends(String?, farm: String)
    case deleteBackendSessions(String, farm: String)
    case deleteSessions(String?, farm: String)
    case deleteFarmAddresses(String?, farm: String)
    case deleteFarmPolicies(String?, farm: String)
    case deletePolicies(String?)
    case deleteElements(String?, policy: String)
    case deleteAddresses(String?)

    init(_ request: HTTPRequest) throws(LegacyAnswer) {
        let parts = request.path.parts
        switch request.verb {
        case .options: self = .options
        case .get, .head: self = try Route.get(parts)
        case .post, .put: self = try Route.post(parts)
        case .patch: self = try Route.patch(parts)
        case .delete: self = try Route.delete(parts, hasBody: !request.body.isEmpty)
        }
    }

    private static func get(_ parts: [String]) throws(LegacyAnswer) -> Route {
        switch parts {
        case ["healthz"]: return .health
        case ["openapi.json"]: return .description
        case ["farms"], ["farms", ""]: return .farms(nil)
        case ["policies"], ["policies", ""]: return .policies(nil)
        case ["addresses"], ["addresses", ""]: return .addresses(nil)
        default: break
        }
        guard parts.count >= 2, !parts[1].isEmpty else { throw .invalidRequest(400) }
        switch (parts[0], parts.count) {
        case ("farms", 2): return .farms(parts[1])
        case ("farms", 3) where parts[2] == "sessions": return .sessions(farm: parts[1])
        // What follows the name is passed over.
        case ("policies", _): return .policies(parts[1])
        case ("addresses", 2): return .addresses(parts[1])
        default: throw .invalidRequest(400)
        }
    }

    private static func post(_ parts: [String]) throws(LegacyAnswer) -> Route {
        guard parts.count == 1, ["farms", "policies", "addresses"].contains(parts[0]) else {
            throw .invalidRequest(404)
        }
        return .merge
    }

    private static func patch(_ parts: [String]) throws(LegacyAnswer) -> Route {
        let name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
        switch parts.first {
        case "policies":
            guard let name else { throw LegacyAnswer(404, .invalidRequest, [.policyNeeded]) }
            return .replaceElements(policy: name)
        case "farms" where parts.count == 3 && parts[2] == "policies":
            guard let name else { throw LegacyAnswer(404, .invalidRequest, [.farmNeeded]) }
            return .replacePolicies(farm: name)
        default: throw .invalidRequest(404)
        }
    }

    /// An empty part is no name: a script whose variable is empty must not delete everything.
    private static func delete(_ parts: [String], hasBody: Bool) throws(LegacyAnswer) -> Route {
        guard let kind = parts.first, !parts.contains("") else { throw .invalidRequest(404) }
        if hasBody, ["farms", "policies", "addresses"].contains(kind) { return .deleteNamedElements }
        let name = parts.count > 1 ? parts[1] : nil
        guard parts.count > 2, let name else {
            switch kind {
            case "farms": return .deleteFarms(name)
            case "policies": return .deletePolicies(name)
            case "addresses": return .deleteAddresses(name)
            default: throw .invalidRequest(404)
            }
        }
        let member = parts.count > 3 ? parts[3] : nil
        switch (kind, parts[2], parts.count) {
        case ("farms", "backends", 3...4): return .deleteBackends(member, farm: name)
        case ("farms", "backends", 5) where parts[4] == "sessions":
            return .deleteBackendSessions(parts[3], farm: name)
        // Spaces are written as underlines.
        case ("farms", "sessions", 3...4):
            return .deleteSessions(member.map { String($0.map { $0 == "_" ? " " : $0 }) }, farm: name)
        case ("farms", "addresses", 3...4): return .deleteFarmAddresses(member, farm: name)
        case ("farms", "policies", 3...4): return .deleteFarmPolicies(member, farm: name)
        case ("policies", "elements", 3...4): return .deleteElements(member, policy: name)
        // A prefix has a slash of its own.
        case ("policies", "elements", 5): return .deleteElements("\(parts[3])/\(parts[4])", policy: name)
        default: throw .invalidRequest(404)
        }
    }
}

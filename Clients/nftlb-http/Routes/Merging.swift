// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import LegacyDialect

extension Bridge {
    /// `POST` and `PUT`: the body is merged into what is declared. Which of the three paths it came to says nothing.
    func merge(_ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let body = try LegacyRequest(body: request.body)
        try await change(Intention(body, for: request), request)
        return HTTPAnswer(.success(body.sentences))
    }

    /// `PATCH /policies/P`: the elements are those of the body, if it names any of that policy; in one step, so that the
    /// list is never open.
    func replaceElements(of text: String, _ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknown = LegacyAnswer(404, .unknownObject, [.unknownPolicy(text)])
        let name = try Name(known: text, else: unknown)
        let body = try LegacyRequest(body: request.body)
        let isNamed = body.elements.contains { $0.policy == name && !$0.elements.isEmpty }
        var intention = Intention(body, for: request)
        let changes = intention.changes
        // It must be there; a deletion of nothing says so. Where nothing is deleted, somebody must look.
        if !isNamed { intention.lookups.insert(.policy(name)) }
        intention.changes = { knowledge throws(LegacyAnswer) in
            guard isNamed else {
                guard knowledge.policies.contains(name) else { throw unknown }
                return try changes(knowledge)
            }
            return [.delete(ObjectPath(["policies", name.text, "elements"]))] + (try changes(knowledge))
        }
        do throws(LegacyAnswer) {
            try await change(intention, request)
        } catch {
            throw error.status == 404 && error.message == .unknownObject && isNamed ? unknown : error
        }
        return HTTPAnswer(.success(body.sentences))
    }

    /// `PATCH /farms/F/policies`: the farm's policies are those of the body.
    func replacePolicies(of text: String, _ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknown = LegacyAnswer(404, .unknownObject, [.unknownFarm(text)])
        let name = try Name(known: text, else: unknown)
        let body = try LegacyRequest(body: request.body)
        var intention = Intention(body, for: request)
        intention.lookups.insert(.farm(name))
        let changes = intention.changes
        intention.changes = { knowledge throws(LegacyAnswer) in
            guard knowledge.farms[name] != nil else { throw unknown }
            return [.delete(ObjectPath(["farms", name.text, "policies"]))] + (try changes(knowledge))
        }
        try await change(intention, request)
        return HTTPAnswer(.success(body.sentences))
    }
}

extension Intention {
    /// What a body asks for.
    init(_ body: LegacyRequest, for request: HTTPRequest) {
        // Only an administrator makes objects; that others do not is seen in what is there.
        let makesObjects = request.role == .administrator
        self.init(
            lookups: makesObjects ? body.lookups : body.lookupsOfNames,
            lookupsAfterRefusal: body.lookupsAfterRefusal,
            isRepeatable: !body.hasRenames,
            changes: { knowledge throws(LegacyAnswer) in
                if !makesObjects, body.makesObjects(knowing: knowledge) {
                    throw LegacyAnswer(
                        403, .invalidRequest, [.own("Making objects needs a key of the role administrator")])
                }
                return try body.changes(knowing: knowledge)
            })
    }
}

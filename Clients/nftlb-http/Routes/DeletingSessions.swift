// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

extension Bridge {
    /// All declared sessions of a farm; or the one of a client, declared or learnt, and a client that has none is success.
    func deleteSessions(
        _ client: String?, _ farm: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknown = LegacyAnswer(404, .errorDeletingSession, [.unknownFarm(farm)])
        let name = try Name(known: farm, else: unknown)
        let path = ObjectPath(["farms", name.text, "sessions"])
        let intention = Intention(lookups: [.farm(name)], isBoundToRevision: false, message: .errorDeletingSession) {
            (knowledge) throws(LegacyAnswer) in
            guard let known = knowledge.farms[name] else { throw unknown }
            guard let client else { return [.delete(path)] }
            let isDeclared = known.sessions.contains { $0.client.text == client }
            return isDeclared ? [.delete(path.appending(client))] : []
        }
        let knowledge = try await change(intention, request)
        if let client, let known = knowledge.farms[name], !known.sessions.contains(where: { $0.client.text == client })
        {
            try await forget(known, client: client, backend: nil, .errorDeletingSession)
        }
        return HTTPAnswer(.success())
    }

    /// The sessions of a backend, declared and learnt.
    func deleteSessions(
        ofBackend backend: String, _ farm: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let message = LegacyMessage.errorDeletingBackendSessions
        let unknownFarm = LegacyAnswer(404, message, [.unknownFarm(farm)])
        let unknownBackend = LegacyAnswer(404, message, [.unknownBackend(backend, farm: farm)])
        let name = try Name(known: farm, else: unknownFarm)
        let backendName = try Name(known: backend, else: unknownBackend)
        let intention = Intention(lookups: [.farm(name)], message: message) { (knowledge) throws(LegacyAnswer) in
            guard let known = knowledge.farms[name] else { throw unknownFarm }
            guard known.backends.contains(where: { $0.name == backendName }) else { throw unknownBackend }
            guard !known.options.persistence.isEmpty else {
                throw LegacyAnswer(400, message, [.withoutPersistence(farm: farm)])
            }
            return known.sessions.filter { $0.backend == backendName }
                .map { .delete(ObjectPath(["farms", name.text, "sessions", $0.client.text])) }
        }
        let knowledge = try await change(intention, request)
        if let known = knowledge.farms[name] {
            try await forget(known, client: nil, backend: backendName, message)
        }
        return HTTPAnswer(.success())
    }

    private func forget(
        _ farm: Farm, client: String?, backend: Name?, _ message: LegacyMessage
    ) async throws(LegacyAnswer) {
        do throws(DaemonFailure) {
            try await daemon.forgetSessions(of: farm, client: client, backend: backend)
        } catch {
            throw LegacyAnswer(error, message)
        }
    }
}

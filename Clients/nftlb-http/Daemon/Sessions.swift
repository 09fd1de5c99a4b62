// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

// Learnt sessions are the kernel's.
extension Daemon {
    /// The learnt sessions of a farm.
    func learntSessions(of farm: Farm) async throws(DaemonFailure) -> [PrintedSession] {
        guard !farm.options.persistence.isEmpty else { return [] }
        var parameters = SessionsList.Parameters(farm: farm.name.text)
        var sessions: [PrintedSession] = []
        while true {
            let page = try await read(SessionsList.self, parameters)
            for session in page.sessions where !session.isStatic {
                sessions.append(
                    PrintedSession(
                        client: session.client ?? "UNDEFINED", backend: session.backend,
                        milliseconds: session.remaining ?? 0))
            }
            guard let cursor = page.cursor else { return sessions }
            parameters.cursor = cursor
        }
    }

    /// Makes the kernel forget learnt sessions: of a client, or of a backend. Who is not known is forgotten.
    func forgetSessions(of farm: Farm, client: String? = nil, backend: Name? = nil) async throws(DaemonFailure) {
        guard !farm.options.persistence.isEmpty else { return }
        do throws(DaemonFailure) {
            _ = try await changes.call(
                SessionsDelete.self, .init(farm: farm.name.text, client: client, backend: backend?.text))
        } catch {
            // What is not the form of a client has no session; neither has a farm or backend that is gone meanwhile.
            guard case .refused(let refusal) = error, refusal.kind == .invalid || refusal.kind == .notFound else {
                throw error
            }
        }
    }
}

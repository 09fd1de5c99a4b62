// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import LegacyDialect

/// Answers requests with what the daemon says.
struct Bridge: Responder {
    let daemon: Daemon
    let changing: ChangeGate

    func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        do throws(LegacyAnswer) {
            return try await answer(request, to: try Route(request))
        } catch {
            return HTTPAnswer(error)
        }
    }

    private func answer(_ request: HTTPRequest, to route: Route) async throws(LegacyAnswer) -> HTTPAnswer {
        switch route {
        case .health: await health()
        case .description: HTTPAnswer(printed: OpenAPI.document)
        case .options: HTTPAnswer(status: 200, allowed: HTTPVerb.allCases)
        case .farms(let name): try await farms(name)
        case .sessions(let farm): try await sessions(of: farm)
        case .policies(let name): try await policies(name)
        case .addresses(let name): try await addresses(name)
        case .merge: try await merge(request)
        case .replaceElements(let policy): try await replaceElements(of: policy, request)
        case .replacePolicies(let farm): try await replacePolicies(of: farm, request)
        case .deleteNamedElements: try await deleteNamedElements(request)
        case .deleteFarms(let name): try await deleteFarms(name, request)
        case .deleteBackends(let name, let farm): try await deleteBackends(name, farm, request)
        case .deleteBackendSessions(let backend, let farm): try await deleteSessions(ofBackend: backend, farm, request)
        case .deleteSessions(let client, let farm): try await deleteSessions(client, farm, request)
        case .deleteFarmAddresses(let name, let farm): try await deleteFarmAddresses(name, farm, request)
        case .deleteFarmPolicies(let name, let farm): try await deleteFarmPolicies(name, farm, request)
        case .deletePolicies(let name): try await deletePolicies(name, request)
        case .deleteElements(let element, let policy): try await deleteElements(element, policy, request)
        case .deleteAddresses(let name): try await deleteAddresses(name, request)
        }
    }
}

extension HTTPAnswer {
    /// An answer of the C program's kind.
    init(_ answer: LegacyAnswer) {
        self.init(status: answer.status, body: answer.body, isTemporary: answer.status == 503)
    }

    /// Printed objects.
    init(printed: [UInt8]) {
        self.init(status: 200, body: printed)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Farm {
    /// Each static session goes to a backend of the farm. With persistence its client is the fields of that, and fits the
    /// backend and the addresses; without, it is stored and has no effect.
    func checkSessions(since before: Farm?) throws(Failure) {
        guard !sessions.isEmpty, !(before?.treatsSessionsAlike(self) ?? false) else { return }
        var families: [Name: AddressFamily] = [:]
        for backend in backends { families[backend.name] = backend.address?.family }
        var clients: [SessionKey: SessionClient] = [:]
        do throws(Failure) {
            for session in sessions {
                do throws(Failure) {
                    try check(session, families, &clients)
                } catch {
                    throw error.inside(session.client.text)
                }
            }
        } catch {
            var failure = error.inside("sessions")
            if let before, before.options.persistence != options.persistence {
                failure.hint = "delete the sessions in the same change: {\"delete\": \"\(sessionsPath)\"}"
            }
            throw failure
        }
    }

    private func check(
        _ session: Session, _ families: [Name: AddressFamily], _ clients: inout [SessionKey: SessionClient]
    ) throws(Failure) {
        guard let backend = session.backend, let family = families[backend] else {
            throw Failure(.invalid, at: ["backend"], "the farm has no such backend")
        }
        guard !options.persistence.isEmpty else { return }
        let key: SessionKey
        do { key = try sessionKey(of: session) } catch { throw Failure(error).inside("client") }
        if let wanted = key.family, wanted != family {
            throw Failure(
                .invalid, at: ["backend"], "the client is of \(wanted.rawValue), the backend of \(family.rawValue)")
        }
        // A farm without addresses serves nobody yet; those it gets decide.
        guard addresses.isEmpty || addresses.contains(where: { $0.family == family }) else {
            throw Failure(
                .invalid, at: [key.family == nil ? "backend" : "client"], "the farm has no \(family.rawValue) address")
        }
        if let other = clients.updateValue(session.client, forKey: key) {
            throw Failure(.invalid, at: ["client"], "it is the same client as \"\(other)\"")
        }
    }

    /// Whether all that decides about the sessions is the same.
    private func treatsSessionsAlike(_ other: Farm) -> Bool {
        sessions == other.sessions && options.persistence == other.options.persistence
            && addresses.map(\.family) == other.addresses.map(\.family)
            && backends.elementsEqual(other.backends) {
                $0.name == $1.name && $0.address?.family == $1.address?.family
            }
    }

    private var sessionsPath: ObjectPath { ObjectPath([Farm.collection, name.text, "sessions"]) }
}

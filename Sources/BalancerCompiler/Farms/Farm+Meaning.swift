// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// What attributes of a farm mean for its rules and elements.
extension Farm {
    /// Where connections to a backend seem to come from; nil: not said for this family.
    func source(of backend: Backend, _ family: AddressFamily) -> IPAddress? {
        [backend.sourceAddress, sourceAddress].compactMap { $0 }.first { $0.family == family }
    }

    /// Whether some backend of a family gets a source address.
    func hasSource(_ family: AddressFamily) -> Bool {
        backends.contains { $0.address?.family == family && source(of: $0, family) != nil }
    }

    /// Whether packets carry a mark that the user gave.
    var hasUserMark: Bool { mark != .none || backends.contains { $0.mark != .none } }

    /// Whether one of its addresses takes every protocol.
    var servesAllTransports: Bool {
        addresses.contains { $0.transport == .all && $0.ports.isAll && $0.address != nil }
    }

    /// The helpers of its connections; those of mode local are the proxy's.
    func helpers(_ family: AddressFamily) -> [HelperObject] {
        let served = addresses.filter { $0.family == family && !$0.isIncomplete }.flatMap(\.transport.transports)
        return options.helper.transports.filter(served.contains).map {
            HelperObject(type: options.helper.rawValue, transport: $0.number)
        }
    }

    /// The flags in the marks of all its backends.
    var markFlags: UInt32 {
        (options.counters ? 0 : BackendMark.uncounted)
            | (options.persistence.isEmpty || mode == .local ? 0 : BackendMark.sticky)
            | (mark == .none || mode == .local ? 0 : BackendMark.copied)
            | (mode == .local ? BackendMark.proxied : 0)
    }

    /// How its clients are known again; nil: they are not.
    func shapePersistence(_ family: AddressFamily) -> Shape.Persistence? {
        guard !options.persistence.isEmpty else { return nil }
        return Shape.Persistence(
            fields: SessionFields(options.persistence),
            seconds: min(options.persistenceLifetime.value, Self.longestLifetime),
            hasStaticSessions: sessions.contains { client(of: $0, family) != nil })
    }

    /// The client of a static session in the order of the persistence's fields; nil where it is of another family.
    func client(of session: Session, _ family: AddressFamily) -> [SessionKey.Value]? {
        guard let key = try? sessionKey(of: session), key.family ?? family == family else { return nil }
        return key.components.map(\.value)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// A set in which traffic counts, and what its keys mean.
public struct CounterSet: Sendable, Hashable {
    /// What is counted.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// First packets of connections, by backend.
        case newConnections = "newconns"
        /// All later packets, by direction and backend.
        case traffic
        /// First packets of connections to farms of mode local, by farm.
        case localConnections = "newconns-local"
        /// First packets over `new-rtlimit`, by farm.
        case newHits = "hits-new"
        /// RST packets over `rst-rtlimit`, by farm.
        case resetHits = "hits-rst"
        /// First packets over `est-connlimit`, by farm.
        case establishedHits = "hits-est"
        /// Packets that `tcp-strict` refuses, by farm.
        case strictHits = "hits-strict"
        /// First packets over the `est-connlimit` of a backend, by backend.
        case backendHits = "hits-best"
        /// Packets whose source a limit had no room for, by farm.
        case unmetered
        /// Packets to a backend at ingress, by backend.
        case sent
        /// Flows at ingress that began, by backend: counted in `sent`, too.
        case begun
        /// Packets that a backend answered at ingress, by backend.
        case returned

        /// What its keys mean.
        var isByFarm: Bool {
            switch self {
            case .newConnections, .traffic, .backendHits, .sent, .begun, .returned: false
            case .localConnections, .newHits, .resetHits, .establishedHits, .strictHits, .unmetered: true
            }
        }
    }

    /// Who was counted.
    public enum Subject: Sendable, Hashable {
        /// Packets from clients to the backend with this number.
        case requests(backend: UInt32)
        /// First packets from a proxy to the backend with this number, in mode local.
        case proxied(backend: UInt32)
        /// Packets from it to clients.
        case replies(backend: UInt32)
        /// Packets from clients to the farm with this number.
        case localRequests(farm: UInt16)
        /// Packets that met a limit of the farm with this number.
        case limited(farm: UInt16)
        /// Packets that met the limit of the backend with this number.
        case limitedBackend(UInt32)
        /// Flows of the backend with this number, whose packets are counted elsewhere.
        case flows(backend: UInt32)
    }

    /// What is counted.
    public let kind: Kind
    /// How its elements lie in a list.
    public let form: ElementForm

    /// Reads a key.
    public func subject(of key: ArraySlice<UInt8>) -> Subject {
        switch kind {
        case .newConnections:
            let mark = ElementBytes.number(key)
            let backend = BackendMark.number(of: mark)
            return mark & BackendMark.proxied == 0 ? .requests(backend: backend) : .proxied(backend: backend)
        case .sent: return .requests(backend: BackendMark.number(of: ElementBytes.number(key)))
        case .begun: return .flows(backend: BackendMark.number(of: ElementBytes.number(key)))
        case .returned: return .replies(backend: BackendMark.number(of: ElementBytes.number(key)))
        case .traffic:
            let backend = BackendMark.number(of: ElementBytes.number(key.dropFirst(4)))
            // IP_CT_DIR_ORIGINAL is 0, IP_CT_DIR_REPLY 1 (<linux/netfilter/nf_conntrack_tuple_common.h>).
            return key.first == 0 ? .requests(backend: backend) : .replies(backend: backend)
        case .localConnections: return .localRequests(farm: UInt16(truncatingIfNeeded: ElementBytes.number(key)))
        case .newHits, .resetHits, .establishedHits, .strictHits, .unmetered:
            return .limited(farm: UInt16(truncatingIfNeeded: ElementBytes.number(key)))
        case .backendHits: return .limitedBackend(BackendMark.number(of: ElementBytes.number(key)))
        }
    }

    /// The number of the backend that a key is about; nil: it is about a farm.
    public func backend(of key: ArraySlice<UInt8>) -> UInt32? {
        switch subject(of: key) {
        case .requests(let backend), .proxied(let backend), .replies(let backend), .flows(let backend),
            .limitedBackend(let backend):
            backend
        case .localRequests, .limited: nil
        }
    }

    /// Where what a key has counted stands when its backend has another number.
    public func key(_ key: ArraySlice<UInt8>, carriedTo backend: UInt32) -> [UInt8] {
        let mark = ElementBytes.number(key.suffix(4)) & BackendMark.proxied | BackendMark.carried | backend
        return key.dropLast(4) + ElementBytes.bytes(mark)
    }
}

extension Skeleton {
    /// The sets in which traffic counts, as far as they are there.
    public var counterSets: [CounterSet] {
        features.sorted { $0.key < $1.key }.flatMap { family, features in
            (Maps.all(in: family, features: features) + setsOfShapes(in: family)).compactMap { declaration in
                CounterSet.Kind(rawValue: declaration.name).map {
                    CounterSet(kind: $0, form: declaration.form(in: family).keys)
                }
            }
        }
    }

    /// The keys under which traffic may have counted for backends and farms with these numbers, a list for each set of
    /// ``counterSets`` that can have them.
    public func counterKeys(ofBackends backends: [UInt32], farms: [UInt16]) -> [(set: CounterSet, keys: ElementList)] {
        let sets = counterSets
        var result: [(set: CounterSet, keys: ElementList)] = []
        for keys in counterKeys(ofBackends: backends) where !keys.isEmpty {
            guard let set = sets.first(where: { $0.form.set == keys.set }) else { continue }
            result.append((set, keys))
        }
        for set in sets where set.kind.isByFarm {
            var keys = ElementList(set.form)
            for farm in farms { keys.append(words: UInt32(farm)) }
            if !keys.isEmpty { result.append((set, keys)) }
        }
        return result
    }
}

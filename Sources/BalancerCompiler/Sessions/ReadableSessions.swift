// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// The readable copies of sessions whose keys are hashes, found again by the hashes: whose fields these are is told by
/// computing what the rules computed.
struct ReadableSessions {
    /// A copy: the client, and the keys of its elements.
    struct Copy {
        var client: [SessionKey.Value]
        var keys: [[UInt8]?]
    }

    private struct Identity: Hashable {
        var hashes: [UInt8]
        var mark: UInt32
    }

    private var copies: [Identity: Copy] = [:]

    /// - Parameter sets: `sessions-*`, and of more than four fields `sessions-*-rest`.
    init(_ reading: SessionReading, _ sets: [ElementList]) {
        guard let list = sets.first else { return }
        let fields = reading.fields
        let rests = sets.count > 1 ? Self.rests(reading, sets[1]) : (keys: [:], values: [:])
        for index in 0..<list.count {
            let key = Array(list.key(at: index))
            let mark = ElementBytes.number(key.suffix(4))
            guard
                let first = SessionReading.values(
                    key.dropLast(4), of: fields.fields.prefix(SessionFields.readableFields), in: reading.family)
            else { continue }
            if sets.count == 1 {
                copies[Identity(hashes: fields.hashes(first), mark: mark)] = Copy(client: first, keys: [key])
                continue
            }
            // The fields that have no room here stand beside the hashes: of the few that this client's addresses came with,
            // those of which the hashes are there.
            for values in rests.values[Array(fields.firstHash(first))] ?? [] {
                let client = first + values
                let hashes = fields.hashes(client)
                guard let rest = rests.keys[Rest(hashes: hashes, values: values)] else { continue }
                copies[Identity(hashes: hashes, mark: mark)] = Copy(client: client, keys: [key, rest])
            }
        }
    }

    /// The copy of a learnt session.
    func copy(hashes: [UInt8], mark: UInt32) -> Copy? { copies[Identity(hashes: hashes, mark: mark)] }

    private struct Rest: Hashable {
        var hashes: [UInt8]
        var values: [SessionKey.Value]
    }

    /// How many different rests of one pair of addresses are tried: a client has one hardware address, or a few.
    private static let restsOfAddresses = 64

    /// What stands in the set of the rest: the keys, and the different values by the first hash.
    private static func rests(
        _ reading: SessionReading, _ list: ElementList
    ) -> (keys: [Rest: [UInt8]], values: [[UInt8]: Set<[SessionKey.Value]>]) {
        var keys: [Rest: [UInt8]] = [:]
        var byHash: [[UInt8]: Set<[SessionKey.Value]>] = [:]
        let fields = reading.fields.fields.dropFirst(SessionFields.readableFields)
        for index in 0..<list.count {
            let key = Array(list.key(at: index))
            guard let values = SessionReading.values(key.dropFirst(8), of: fields, in: reading.family) else { continue }
            keys[Rest(hashes: Array(key.prefix(8)), values: values)] = key
            if byHash[Array(key.prefix(4))]?.count ?? 0 < restsOfAddresses {
                byHash[Array(key.prefix(4)), default: []].insert(values)
            }
        }
        return (keys, byHash)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Rebuilds objects and their identities from rows, as they come: those that belong to none first, then the backends of
/// each farm in their order.
struct StoredObjects {
    struct Entry {
        var farm: Farm
        var identity: FarmIdentity
        /// Nil where a daemon wrote the row that did not know them.
        var moments: Moments?
        var backendMoments: [Moments?] = []
    }

    /// Addresses outside of farms, policies and clusters, each in order of creation.
    private(set) var shared: [(object: SharedObject, number: Int64)] = []
    /// In order of creation.
    private(set) var entries: [Entry] = []
    private var indices: [UInt16: Int] = [:]

    /// Adds a row.
    ///
    /// - Throws: `damaged` when it is not what this program writes.
    mutating func add(_ row: ObjectRow) throws(StoreFailure) {
        do throws(BalancerError) {
            // The next one of each is one more.
            guard row.key.id < .max, (0..<Int64.max).contains(row.position) else {
                throw BalancerError(.storage, "its number or position is none")
            }
            switch row.key.kind {
            case .farm: try addFarm(row)
            case .backend: try addBackend(row)
            case .address: try addShared(.address(try Address(document: try row.document())), row)
            case .policy: try addShared(.policy(try Policy(document: try row.document())), row)
            case .cluster: try addShared(.cluster(try Cluster(document: try row.document())), row)
            }
        } catch {
            throw StoreFailure(kind: .damaged, message: "\(row.key.kind.rawValue) \(row.key.id): \(error)")
        }
    }

    private mutating func addShared(_ object: SharedObject, _ row: ObjectRow) throws(BalancerError) {
        guard row.key.id > 0 else { throw BalancerError(.storage, "a number is 1 or more") }
        shared.append((object, row.key.id))
    }

    /// Adds elements; their policies are there.
    mutating func add(_ rows: [ElementRow]) throws(StoreFailure) {
        var rows = rows[...]
        while let first = rows.first {
            let index = shared.firstIndex { $0.number == first.policy && $0.object.kind == .policy }
            guard let index, case .policy(var policy) = shared[index].object else {
                throw StoreFailure(kind: .damaged, message: "elements belong to no policy: \(first.policy)")
            }
            // Taken out, so that there is one owner of the elements.
            shared[index].object = .policy(Policy(name: policy.name))
            while let row = rows.first, row.policy == first.policy {
                policy.elements.set(try row.element())
                rows.removeFirst()
            }
            shared[index].object = .policy(policy)
        }
    }

    private mutating func addFarm(_ row: ObjectRow) throws(BalancerError) {
        guard let number = UInt16(exactly: row.key.id), number > 0 else {
            throw BalancerError(.storage, "a farm's number is 1 to 65,535")
        }
        let (document, moments) = try row.documentAndMoments()
        let farm = try Farm(document: document)
        indices[number] = entries.count
        entries.append(
            Entry(
                farm: farm,
                identity: FarmIdentity(
                    number: number, position: row.position, backendNumbers: [], backendPositions: []),
                moments: moments))
    }

    private mutating func addBackend(_ row: ObjectRow) throws(BalancerError) {
        guard let number = UInt32(exactly: row.key.id), number > 0, number <= Numbers.backendLimit,
            let parent = UInt16(exactly: row.parent), let index = indices[parent]
        else { throw BalancerError(.storage, "the backend belongs to no farm") }
        let (document, moments) = try row.documentAndMoments()
        entries[index].farm.backends.append(try Backend(document: document))
        entries[index].backendMoments.append(moments)
        entries[index].identity.backendNumbers.append(number)
        entries[index].identity.backendPositions.append(row.position)
    }
}

extension ObjectRow {
    fileprivate func document() throws(BalancerError) -> JSONObject {
        do throws(JSONError) {
            if case .object(let object) = try JSONValue(parsing: body) { return object }
        } catch {
            throw BalancerError(.storage, error.description)
        }
        throw BalancerError(.storage, "the row is not an object")
    }

    fileprivate func documentAndMoments() throws(BalancerError) -> (JSONObject, Moments?) {
        var document = try document()
        let moments = Moments(json: document[Moments.key])
        if moments != nil { document[Moments.key] = nil }
        return (document, moments)
    }
}

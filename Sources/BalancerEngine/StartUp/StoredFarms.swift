// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Rebuilds farms and their identities from rows, as they come: farms first, then the backends of each in their order.
struct StoredFarms {
    struct Entry {
        var farm: Farm
        var identity: FarmIdentity
    }

    /// In order of creation.
    private(set) var entries: [Entry] = []
    private var indices: [UInt16: Int] = [:]

    /// Adds a row.
    ///
    /// - Throws: `damaged` when it is not what this program writes.
    mutating func add(_ row: ObjectRow) throws(StoreFailure) {
        do throws(BalancerError) {
            switch row.key.kind {
            case .farm: try addFarm(row)
            case .backend: try addBackend(row)
            }
        } catch {
            throw StoreFailure(kind: .damaged, message: "\(row.key.kind.rawValue) \(row.key.id): \(error)")
        }
    }

    private mutating func addFarm(_ row: ObjectRow) throws(BalancerError) {
        guard let number = UInt16(exactly: row.key.id), number > 0 else {
            throw BalancerError(.storage, "a farm's number is 1 to 65,535")
        }
        let farm = try Farm(document: try row.document())
        indices[number] = entries.count
        entries.append(
            Entry(
                farm: farm,
                identity: FarmIdentity(number: number, position: row.position, backendNumbers: [], backendPositions: [])
            ))
    }

    private mutating func addBackend(_ row: ObjectRow) throws(BalancerError) {
        guard let number = UInt32(exactly: row.key.id), number > 0, number <= Numbers.backendLimit,
            let parent = UInt16(exactly: row.parent), let index = indices[parent]
        else { throw BalancerError(.storage, "the backend belongs to no farm") }
        entries[index].farm.backends.append(try Backend(document: try row.document()))
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
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerEngine

/// A store in memory that keeps the promises of the real one: what is committed stays, what is not is gone.
package final class FakeStore: StorePort {
    /// What is on "disk".
    package struct Contents: Equatable {
        package var objects: [ObjectKey: ObjectRow] = [:]
        package var elements: [Int64: [[UInt8]: ElementRow]] = [:]
        package var revisions: [RevisionRow] = []
        package var metadata: [String: [UInt8]] = ["store-id": Array("0123456789abcdef0123456789abcdef".utf8)]

        /// A new store.
        package init() {}
    }

    /// What survives a crash.
    package private(set) var durable: Contents
    private var open: Contents?
    private var cursor: [ObjectRow]?
    private var elementCursor: [ElementRow]?
    private let scheduler: FakeScheduler
    /// How many of the next commits fail.
    package var failingCommits = 0
    /// How many of the next writes fail.
    package var failingWrites = 0
    /// Whether its rows cannot be read.
    package var isUnreadable = false
    /// How often a transaction became durable.
    package private(set) var commits = 0

    /// A store, empty or with what another one left.
    package init(scheduler: FakeScheduler, contents: Contents = Contents()) {
        self.scheduler = scheduler
        durable = contents
    }

    package func newestRevision() -> UInt64 { durable.revisions.last?.revision ?? 0 }

    package func nextObjects(limit: Int) throws(StoreFailure) -> [ObjectRow] {
        if isUnreadable { throw StoreFailure(kind: .damaged, message: "damaged") }
        var rest =
            cursor
            ?? durable.objects.values.sorted {
                ($0.parent, $0.key.kind.rawValue, $0.position) < ($1.parent, $1.key.kind.rawValue, $1.position)
            }
        let part = Array(rest.prefix(limit))
        rest.removeFirst(part.count)
        cursor = rest
        return part
    }

    package func nextElements(limit: Int) -> [ElementRow] {
        var rest =
            elementCursor
            ?? durable.elements.sorted { $0.key < $1.key }.flatMap { _, rows in
                rows.values.sorted { $0.data.lexicographicallyPrecedes($1.data) }
            }
        let part = Array(rest.prefix(limit))
        rest.removeFirst(part.count)
        elementCursor = rest
        return part
    }

    package func metadata(_ key: String) -> [UInt8]? { (open ?? durable).metadata[key] }

    package func revision(_ number: UInt64) throws(StoreFailure) -> RevisionRow? {
        if isUnreadable { throw StoreFailure(kind: .damaged, message: "damaged") }
        return durable.revisions.last { $0.revision == number }
    }

    package func revisions(before number: UInt64, limit: Int) throws(StoreFailure) -> [RevisionHead] {
        if isUnreadable { throw StoreFailure(kind: .damaged, message: "damaged") }
        return durable.revisions.reversed().lazy.map(\.head).filter { $0.revision < number }.prefix(limit).map { $0 }
    }

    /// From which revision on all are kept.
    package private(set) var keptFrom: UInt64?

    package func keep(from revision: UInt64?) { keptFrom = revision }

    /// Forgets all revisions before one.
    package func prune(before revision: UInt64) { durable.revisions.removeAll { $0.revision < revision } }

    package func begin() throws(StoreFailure) {
        precondition(open == nil, "a transaction is open already")
        open = durable
    }

    package func beginAnew(identity: String?) throws(StoreFailure) {
        precondition(open == nil, "a transaction is open already")
        var new = Contents()
        if let identity { new.metadata["store-id"] = Array(identity.utf8) }
        open = new
    }

    package func write(_ row: ObjectRow) throws(StoreFailure) {
        try failMaybe()
        open!.objects[row.key] = row
    }

    package func remove(_ key: ObjectKey) throws(StoreFailure) { open!.objects[key] = nil }

    package func write(_ row: ElementRow) throws(StoreFailure) {
        try failMaybe()
        open!.elements[row.policy, default: [:]][row.data] = row
    }

    package func removeElement(of policy: Int64, _ data: [UInt8]) throws(StoreFailure) {
        open!.elements[policy]?[data] = nil
    }

    package func removeElements(of policy: Int64) throws(StoreFailure) { open!.elements[policy] = nil }

    package func append(_ revision: RevisionRow) throws(StoreFailure) {
        precondition(open!.revisions.last?.revision ?? 0 < revision.revision)
        open!.revisions.append(revision)
    }

    package func setMetadata(_ key: String, _ value: [UInt8]?) throws(StoreFailure) { open!.metadata[key] = value }

    package func commit(completion: @escaping (Result<Void, StoreFailure>) -> Void) {
        let next = open!
        open = nil
        if failingCommits > 0 {
            failingCommits -= 1
            scheduler.soon {
                completion(.failure(StoreFailure(kind: .inputOutput, message: "no space left on device")))
            }
            return
        }
        durable = next
        (cursor, elementCursor) = (nil, nil)
        isUnreadable = false
        commits += 1
        scheduler.soon { completion(.success(())) }
    }

    package func rollback() { open = nil }

    private func failMaybe() throws(StoreFailure) {
        guard failingWrites > 0 else { return }
        failingWrites -= 1
        throw StoreFailure(kind: .inputOutput, message: "input/output error")
    }
}

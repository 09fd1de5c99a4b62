// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import EventLoop
import Store

/// The store as the engine sees it, woken by the loop; with a backup every hour in which something changed.
///
/// A store that is damaged opens all the same and fails every call: the engine then serves what it can, and the rules stay.
final class StoreFace: StorePort {
    private static let backupInterval = 3_600_000
    /// How often a disk that failed is tried, in milliseconds: the next change should not be the one that finds out.
    private static let mendingInterval = 500

    private let loop: EventLoop
    private let directory: String
    private var mending: TimerWatch?
    private var content: Result<Store, StoreError>
    /// The store that is to take the place of one that cannot be read.
    private var successor: (store: Store, watch: DescriptorWatch)?
    private let journal: Journal
    private var watch: DescriptorWatch?
    private var timer: TimerWatch?

    /// - Parameter restoring: the last backup takes the place of a file that is damaged.
    init(directory: String, restoring: Bool, loop: EventLoop, journal: Journal) throws(Failure) {
        self.journal = journal
        self.loop = loop
        self.directory = directory
        content = try Self.open(directory, restoring: restoring, journal)
        do throws(SystemError) {
            try watchContent()
        } catch {
            throw Failure(error)
        }
    }

    private func watchContent() throws(SystemError) {
        guard case .success(let store) = content else { return }
        watch = try DescriptorWatch(on: loop, store.descriptor) { _ in store.drainCompletions() }
        timer = try loop.every(milliseconds: Self.backupInterval, tolerance: 60_000) { [unowned self] in backUp() }
    }

    private static func open(
        _ directory: String, restoring: Bool, _ journal: Journal
    ) throws(Failure) -> Result<Store, StoreError> {
        let damage: StoreError
        do throws(StoreError) {
            return .success(try Store(directory: directory))
        } catch {
            guard error.kind == .damaged else { throw Failure(StoreFailure(error)) }
            damage = error
        }
        journal.send(.storeDamaged, "the store: \(damage.message)")
        guard restoring else { return .failure(damage) }
        do throws(StoreError) {
            let store = try Store(directory: directory, opening: .fromBackup)
            journal.send(
                .storeRestored, "the backup of revision \(try store.newestRevision()) took the place of a damaged store"
            )
            return .success(store)
        } catch {
            throw Failure(StoreFailure(error))
        }
    }

    // MARK: Reading

    func newestRevision() throws(StoreFailure) -> UInt64 {
        try call { store throws(StoreError) in try store.newestRevision() }
    }

    func nextObjects(limit: Int) throws(StoreFailure) -> [ObjectRow] {
        let objects = try call { store throws(StoreError) in try store.nextObjects(limit: limit) }
        var rows: [ObjectRow] = []
        rows.reserveCapacity(objects.count)
        for object in objects {
            guard let kind = ObjectKey.Kind(rawValue: object.kind) else {
                throw StoreFailure(kind: .damaged, message: "an object of the unknown kind \(object.kind)")
            }
            rows.append(
                ObjectRow(
                    key: ObjectKey(kind: kind, id: object.id), parent: object.parent, position: object.position,
                    name: object.name, body: object.body))
        }
        return rows
    }

    func nextElements(limit: Int) throws(StoreFailure) -> [ElementRow] {
        let elements = try call { store throws(StoreError) in try store.nextElements(limit: limit) }
        return elements.map { ElementRow(policy: $0.list, data: $0.data, time: $0.time, deadline: $0.deadline) }
    }

    func metadata(_ key: String) throws(StoreFailure) -> [UInt8]? {
        try call { store throws(StoreError) in try store.metadata(key) }
    }

    func revision(_ number: UInt64) throws(StoreFailure) -> RevisionRow? {
        try call { store throws(StoreError) in try store.revision(number) }
            .map { RevisionRow(RevisionHead($0.summary), change: $0.change, undo: $0.undo) }
    }

    func revisions(before number: UInt64, limit: Int) throws(StoreFailure) -> [RevisionHead] {
        try call { store throws(StoreError) in try store.revisions(before: number, limit: limit) }
            .map(RevisionHead.init)
    }

    func keep(from revision: UInt64?) {
        if case .success(let store) = content { store.keptFrom = revision }
    }

    // MARK: Changing

    func begin() throws(StoreFailure) {
        try call { store throws(StoreError) in try store.begin() }
    }

    func beginAnew(identity: String?) throws(StoreFailure) {
        do throws(StoreError) {
            // What an attempt left that was interrupted is put aside within the folder.
            let store = try Store(directory: successorDirectory, opening: .empty(identity: identity))
            try store.begin()
            do throws(SystemError) {
                successor = (
                    store, try DescriptorWatch(on: loop, store.descriptor) { _ in store.drainCompletions() }
                )
            } catch {
                throw StoreError(.inputOutput, "\(error)")
            }
        } catch {
            throw StoreFailure(error)
        }
    }

    private var successorDirectory: String { directory + "/new" }

    func write(_ row: ObjectRow) throws(StoreFailure) {
        let object = StoredObject(
            kind: row.key.kind.rawValue, id: row.key.id, parent: row.parent, position: row.position, name: row.name,
            body: row.body)
        try change { store throws(StoreError) in try store.write(object) }
    }

    func remove(_ key: ObjectKey) throws(StoreFailure) {
        try change { store throws(StoreError) in try store.remove(kind: key.kind.rawValue, id: key.id) }
    }

    func write(_ row: ElementRow) throws(StoreFailure) {
        let element = StoredElement(list: row.policy, data: row.data, time: row.time, deadline: row.deadline)
        try change { store throws(StoreError) in try store.write(element) }
    }

    func removeElement(of policy: Int64, _ data: [UInt8]) throws(StoreFailure) {
        try change { store throws(StoreError) in try store.removeElement(of: policy, data) }
    }

    func removeElements(of policy: Int64) throws(StoreFailure) {
        try change { store throws(StoreError) in try store.removeElement(of: policy, nil) }
    }

    func append(_ revision: RevisionRow) throws(StoreFailure) {
        let row = StoredRevision(RevisionSummary(revision.head), change: revision.change, undo: revision.undo)
        try change { store throws(StoreError) in try store.append(row) }
    }

    func setMetadata(_ key: String, _ value: [UInt8]?) throws(StoreFailure) {
        try change { store throws(StoreError) in try store.setMetadata(key, value) }
    }

    func commit(completion: @escaping (Result<Void, StoreFailure>) -> Void) {
        if let successor {
            return successor.store.commit { [unowned self] result in
                do throws(StoreError) {
                    try result.get()
                    try succeed()
                    completion(.success(()))
                } catch {
                    dropSuccessor()
                    completion(.failure(StoreFailure(error)))
                }
            }
        }
        // Nothing was begun in a damaged store.
        guard case .success(let store) = content else { preconditionFailure("commit without begin") }
        store.commit { [unowned self] result in
            mendLater()
            completion(result.mapError(StoreFailure.init))
        }
    }

    /// The successor is durable: it takes the place of what could not be read.
    private func succeed() throws(StoreError) {
        dropSuccessor()
        timer = nil
        watch?.cancel()
        watch = nil
        if case .success(let old) = content { old.close() }
        do throws(StoreError) {
            let store = try Store(directory: directory, opening: .moved(from: successorDirectory))
            content = .success(store)
            journal.send(
                .storeRestored, "a whole configuration took the place of a damaged store, which lies beside it")
            do throws(SystemError) { try watchContent() } catch { throw StoreError(.inputOutput, "\(error)") }
        } catch {
            content = .failure(error)
            throw error
        }
    }

    private func dropSuccessor() {
        successor?.watch.cancel()
        successor?.store.close()
        successor = nil
    }

    /// Tries a disk that has failed until it works.
    private func mendLater() {
        guard case .success(let store) = content, store.health != .sound, mending == nil else { return }
        mending = try? loop.after(milliseconds: Self.mendingInterval) { [unowned self] in
            mending = nil
            store.mend()
            mendLater()
        }
    }

    func rollback() {
        if successor != nil { return dropSuccessor() }
        if case .success(let store) = content { store.rollback() }
    }

    // MARK: Copies and the end

    private func backUp() {
        guard case .success(let store) = content, store.hasChangedSinceBackup else { return }
        store.backUp { [journal] in
            if case .failure(let error) = $0 { journal.send(.backupFailed, "back up the store: \(error.message)") }
        }
    }

    /// Leaves a fresh backup if something has changed, and closes. Waits for the disk.
    func close() {
        timer = nil
        mending = nil
        watch?.cancel()
        watch = nil
        dropSuccessor()
        backUp()
        if case .success(let store) = content { store.close() }
    }

    /// Writes into the transaction that is open.
    private func change(_ body: (Store) throws(StoreError) -> Void) throws(StoreFailure) {
        guard let successor else { return try call(body) }
        do throws(StoreError) {
            try body(successor.store)
        } catch {
            throw StoreFailure(error)
        }
    }

    private func call<Value>(_ body: (Store) throws(StoreError) -> Value) throws(StoreFailure) -> Value {
        do throws(StoreError) {
            return try body(try content.get())
        } catch {
            throw StoreFailure(error)
        }
    }
}

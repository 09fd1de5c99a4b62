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

    private let content: Result<Store, StoreError>
    private let journal: Journal
    private var watch: DescriptorWatch?
    private var timer: TimerWatch?

    init(directory: String, loop: EventLoop, journal: Journal) throws(Failure) {
        self.journal = journal
        do throws(StoreError) {
            content = .success(try Store(directory: directory))
        } catch {
            guard error.kind == .damaged else { throw Failure(StoreFailure(error)) }
            journal.send(.critical, "the store: \(error.message)")
            content = .failure(error)
        }
        guard case .success(let store) = content else { return }
        do throws(SystemError) {
            watch = try DescriptorWatch(on: loop, store.descriptor) { _ in store.drainCompletions() }
            timer = try loop.every(milliseconds: Self.backupInterval, tolerance: 60_000) { [unowned self] in backUp() }
        } catch {
            throw Failure(error)
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

    func metadata(_ key: String) throws(StoreFailure) -> [UInt8]? {
        try call { store throws(StoreError) in try store.metadata(key) }
    }

    // MARK: Changing

    func begin() throws(StoreFailure) {
        try call { store throws(StoreError) in try store.begin() }
    }

    func write(_ row: ObjectRow) throws(StoreFailure) {
        let object = StoredObject(
            kind: row.key.kind.rawValue, id: row.key.id, parent: row.parent, position: row.position, name: row.name,
            body: row.body)
        try call { store throws(StoreError) in try store.write(object) }
    }

    func remove(_ key: ObjectKey) throws(StoreFailure) {
        try call { store throws(StoreError) in try store.remove(kind: key.kind.rawValue, id: key.id) }
    }

    func append(_ revision: RevisionRow) throws(StoreFailure) {
        let author = revision.author
        let row = StoredRevision(
            revision: revision.revision, time: revision.time, userID: author.user, groupID: author.group,
            processID: author.process, socket: author.origin, comment: revision.comment, change: revision.change,
            undo: revision.undo)
        try call { store throws(StoreError) in try store.append(row) }
    }

    func setMetadata(_ key: String, _ value: [UInt8]?) throws(StoreFailure) {
        try call { store throws(StoreError) in try store.setMetadata(key, value) }
    }

    func commit(completion: @escaping (Result<Void, StoreFailure>) -> Void) {
        // Nothing was begun in a damaged store.
        guard case .success(let store) = content else { preconditionFailure("commit without begin") }
        store.commit { completion($0.mapError(StoreFailure.init)) }
    }

    func rollback() {
        if case .success(let store) = content { store.rollback() }
    }

    // MARK: Copies and the end

    private func backUp() {
        guard case .success(let store) = content, store.hasChangedSinceBackup else { return }
        store.backUp { [journal] in
            if case .failure(let error) = $0 { journal.send(.error, "back up the store: \(error.message)") }
        }
    }

    /// Leaves a fresh backup if something has changed, and closes. Waits for the disk.
    func close() {
        timer = nil
        watch?.cancel()
        watch = nil
        backUp()
        if case .success(let store) = content { store.close() }
    }

    private func call<Value>(_ body: (Store) throws(StoreError) -> Value) throws(StoreFailure) -> Value {
        do throws(StoreError) {
            return try body(try content.get())
        } catch {
            throw StoreFailure(error)
        }
    }
}

extension StoreFailure {
    init(_ error: StoreError) {
        let kind: Kind =
            switch error.kind {
            case .damaged, .newer: .damaged
            case .inUse: .inUse
            case .full, .inaccessible, .inputOutput: .inputOutput
            }
        self.init(kind: kind, message: error.message)
    }
}

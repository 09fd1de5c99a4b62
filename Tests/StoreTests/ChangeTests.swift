// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Store
import Testing

@Suite("Changes")
struct ChangeTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test("a new store is empty, has a name, and is for its owner alone")
    func new() throws {
        let store = try Store(directory: folder.file("new"))
        #expect(try store.newestRevision() == 0)
        #expect(try store.allObjects().isEmpty)
        #expect(store.identity.count == 32)
        #expect(store.identity.allSatisfy { $0.isHexDigit })
        #expect(store.health == .sound)
        let identity = store.identity
        for name in ["new/nftlb.db", "new/nftlb.db-wal", "new/nftlb.lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        store.close()
        #expect(try Store(directory: folder.file("new")).identity == identity)
        #expect(!folder.exists("new/nftlb.db-wal"))
    }

    @Test("what was committed is there after opening again: objects in order, revisions, metadata")
    func roundTrip() throws {
        var store = try Store(directory: folder.path)
        let weird = StoredObject(
            kind: "backend", id: 7, parent: 1, position: -1, name: "o'neil \"; DROP TABLE objects; -- é🙂",
            body: [0, 1, 2, 255, 0])
        try store.change {
            try $0.write(StoredObject(2, position: 10))
            try $0.write(StoredObject(1, position: 20))
            try $0.write(weird)
            try $0.append(StoredRevision(1))
            try $0.setMetadata("stamp", [0, 1])
            try $0.setMetadata("empty", [])
        }
        store.close()
        store = try Store(directory: folder.path)
        #expect(try store.allObjects() == [StoredObject(2, position: 10), StoredObject(1, position: 20), weird])
        #expect(try store.newestRevision() == 1)
        #expect(try store.revision(1) == StoredRevision(1))
        #expect(try store.revision(2) == nil)
        #expect(try store.metadata("stamp") == [0, 1])
        #expect(try store.metadata("empty") == [])
        #expect(try store.metadata("never set") == nil)
    }

    @Test("writing an object again replaces it, wherever it stood; removing is idempotent")
    func replacing() throws {
        let store = try Store(directory: folder.path)
        try store.change { for id in 1...3 { try $0.write(StoredObject(Int64(id))) } }
        try store.change {
            try $0.write(StoredObject(1, position: 9, body: "moved"))
            try $0.write(StoredObject(2, body: "changed"))
            try $0.remove(kind: "farm", id: 3)
            try $0.remove(kind: "farm", id: 3)
            try $0.remove(kind: "nothing", id: 1)
            try $0.setMetadata("key", [1])
            try $0.setMetadata("key", nil)
            try $0.setMetadata("key", nil)
        }
        #expect(
            try store.allObjects() == [StoredObject(2, body: "changed"), StoredObject(1, position: 9, body: "moved")])
        #expect(try store.metadata("key") == nil)
    }

    @Test("what belongs to nothing comes first, then what belongs to each of them, in order of position")
    func parents() throws {
        let store = try Store(directory: folder.path)
        func object(_ kind: String, _ id: Int64, parent: Int64, position: Int64) -> StoredObject {
            StoredObject(kind: kind, id: id, parent: parent, position: position, name: "", body: [])
        }
        let inOrder = [
            object("farm", 2, parent: 0, position: 1), object("farm", 1, parent: 0, position: 5),
            object("backend", 9, parent: 1, position: 3), object("backend", 4, parent: 1, position: 8),
            object("backend", 5, parent: 2, position: 2),
        ]
        try store.change { for object in inOrder.reversed() { try $0.write(object) } }
        #expect(try store.allObjects(limit: 2) == inOrder)
        // A new parent is a new place.
        try store.change { try $0.write(object("backend", 9, parent: 2, position: 3)) }
        #expect(try store.allObjects().map(\.id) == [2, 1, 4, 5, 9])
    }

    @Test("objects come in parts of one state, whatever is committed meanwhile", arguments: [1, 2, 5, 7, 100])
    func parts(limit: Int) throws {
        let store = try Store(directory: folder.path)
        try store.change { for id in 1...10 { try $0.write(StoredObject(Int64(id))) } }
        let first = try store.nextObjects(limit: limit)
        try store.change { try $0.remove(kind: "farm", id: 10) }
        let rest = try store.allObjects(limit: limit)
        #expect((first + rest).map(\.id) == Array(1...10))
        #expect(try store.allObjects(limit: limit).map(\.id) == Array(1...9))
    }

    @Test("what is rolled back never was, and reading sees only what is committed")
    func rollback() throws {
        let store = try Store(directory: folder.path)
        try store.begin()
        try store.write(StoredObject(1))
        try store.append(StoredRevision(1))
        #expect(try store.allObjects().isEmpty)
        #expect(try store.newestRevision() == 0)
        store.rollback()
        store.rollback()
        try store.change { try $0.write(StoredObject(2)) }
        #expect(try store.allObjects() == [StoredObject(2)])
    }

    @Test("completions are called from drainCompletions, never at once, and the descriptor says when")
    func completions() throws {
        let store = try Store(directory: folder.path)
        try store.begin()
        try store.write(StoredObject(1))
        var called = false
        store.commit { _ in called = true }
        #expect(!called)
        var entry = pollfd(fd: store.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(unsafe poll(&entry, 1, 10_000) == 1)
        #expect(!called)
        store.drainCompletions()
        #expect(called)
        #expect(unsafe poll(&entry, 1, 0) == 0)
        // The next change may begin in the completion itself.
        var chained = 0
        func next(_ outcome: Result<Void, StoreError>) {
            guard outcome.isSuccess, chained < 5 else { return }
            chained += 1
            try? store.begin()
            try? store.write(StoredObject(Int64(chained + 1)))
            store.commit(completion: next)
        }
        next(.success(()))
        store.waitForCompletions()
        #expect(chained == 5)
        #expect(try store.allObjects().count == 6)
    }

    @Test("a failure in the middle of a change ends it: later calls of the change fail too, and nothing of it stays")
    func broken() throws {
        let store = try Store(directory: folder.path)
        try store.change { try $0.append(StoredRevision(1)) }
        try store.begin()
        try store.write(StoredObject(1))
        // The same revision again: the database refuses.
        #expect(throws: StoreError.self) { try store.append(StoredRevision(1)) }
        #expect(throws: StoreError.self) { try store.write(StoredObject(2)) }
        #expect(!store.commitAndWait().isSuccess)
        #expect(try store.allObjects().isEmpty)
        try store.change { try $0.write(StoredObject(3)) }
        #expect(try store.allObjects() == [StoredObject(3)])
    }

    @Test("history is read backwards, in pages")
    func history() throws {
        let store = try Store(directory: folder.path)
        for number in 1...5 { try store.change { try $0.append(StoredRevision(UInt64(number))) } }
        #expect(try store.revisions(limit: 2).map(\.revision) == [5, 4])
        #expect(try store.revisions(before: 4, limit: 10).map(\.revision) == [3, 2, 1])
    }

    @Test("a store has one owner at a time")
    func ownership() throws {
        let store = try Store(directory: folder.path)
        do {
            _ = try Store(directory: folder.path)
            Issue.record("opened twice")
        } catch {
            #expect(error.kind == .inUse)
            #expect(error.message.contains("process \(getpid())"))
        }
        store.close()
        _ = try Store(directory: folder.path)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Store
import Testing

@Suite("Backups, and what to do with a store that cannot be opened")
struct BackupTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func damage(_ name: String) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: folder.file(name)))
        try handle.seek(toOffset: 4096)
        handle.write(Data(repeating: 0xa5, count: 3 * 4096))
        try handle.close()
    }

    private func filled() throws -> Store {
        let store = try Store(directory: folder.path)
        try store.change {
            for id in 1...500 { try $0.write(StoredObject(Int64(id), body: String(repeating: "x", count: 100))) }
            try $0.append(StoredRevision(1))
        }
        return store
    }

    @Test("a backup holds what was committed, and says when it is needed")
    func backup() throws {
        let store = try filled()
        #expect(store.hasChangedSinceBackup)
        try store.backUpAndWait()
        #expect(!store.hasChangedSinceBackup)
        #expect(folder.exists("nftlb.db.backup"))
        #expect(!folder.exists("nftlb.db.backup.new"))
        try store.change { try $0.append(StoredRevision(2)) }
        #expect(store.hasChangedSinceBackup)
        try store.backUpAndWait()
        store.close()
        #expect(try Store(directory: folder.path).hasChangedSinceBackup == false)
    }

    @Test("commits go on while a backup is made")
    func concurrent() throws {
        let store = try Store(directory: folder.path)
        try store.change {
            for id in 1...20_000 { try $0.write(StoredObject(Int64(id), body: String(repeating: "x", count: 200))) }
        }
        var isBackedUp = false
        var commitsMeanwhile = 0
        store.backUp { result in
            #expect(result.isSuccess)
            isBackedUp = true
        }
        func next(_: Result<Void, StoreError>) {
            guard !isBackedUp else { return }
            commitsMeanwhile += 1
            try? store.begin()
            try? store.write(StoredObject(Int64(commitsMeanwhile), body: "changed"))
            store.commit(completion: next)
        }
        next(.success(()))
        store.waitForCompletions()
        #expect(commitsMeanwhile >= 3)
        #expect(try store.allObjects(limit: 1000).count { $0.body == Array("changed".utf8) } == commitsMeanwhile)
    }

    @Test("a damaged file is refused as such, stays as it was, and the backup takes its place")
    func damaged() throws {
        let store = try filled()
        let identity = store.identity
        try store.backUpAndWait()
        store.close()
        try damage("nftlb.db")
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db")))
        do {
            _ = try Store(directory: folder.path)
            Issue.record("opened")
        } catch {
            #expect(error.kind == .damaged)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db"))) == before)

        let restored = try Store(directory: folder.path, opening: .fromBackup)
        #expect(restored.identity == identity)
        #expect(try restored.allObjects().count == 500)
        #expect(folder.exists("nftlb.db.damaged"))
    }

    @Test("a damaged file can be put aside for an empty store that keeps the name")
    func startingEmpty() throws {
        let store = try filled()
        let identity = store.identity
        store.close()
        try damage("nftlb.db")
        let empty = try Store(directory: folder.path, opening: .empty(identity: identity))
        #expect(empty.identity == identity)
        #expect(try empty.allObjects().isEmpty)
        try empty.change { try $0.write(StoredObject(1)) }
    }

    @Test("a store of another folder takes the place of a damaged one, which is kept")
    func moving() throws {
        let store = try filled()
        let identity = store.identity
        store.close()
        try damage("nftlb.db")
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db")))
        let other = try Store(directory: folder.file("new"), opening: .empty(identity: identity))
        try other.change { try $0.write(StoredObject(1)) }
        other.close()
        let moved = try Store(directory: folder.path, opening: .moved(from: folder.file("new")))
        #expect(moved.identity == identity)
        #expect(try moved.allObjects() == [StoredObject(1)])
        #expect(!folder.exists("new"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db.damaged"))) == before)
        moved.close()
        #expect(try Store(directory: folder.path).allObjects() == [StoredObject(1)])
    }

    @Test("without a backup, restoring is an error and the store stays")
    func noBackup() throws {
        try filled().close()
        #expect(throws: StoreError.self) { try Store(directory: folder.path, opening: .fromBackup) }
        #expect(try Store(directory: folder.path).allObjects().count == 500)
    }

    @Test("what is no database, or another program's, is damaged; what is newer is newer")
    func foreign() throws {
        func kind() -> StoreError.Kind? {
            do throws(StoreError) {
                _ = try Store(directory: folder.path)
                return nil
            } catch {
                return error.kind
            }
        }
        try Data(repeating: 65, count: 5000).write(to: URL(fileURLWithPath: folder.file("nftlb.db")))
        #expect(kind() == .damaged)
        try FileManager.default.removeItem(atPath: folder.file("nftlb.db"))

        try SQL.run("CREATE TABLE other(a)", in: folder.file("nftlb.db"))
        #expect(kind() == .damaged)
        try FileManager.default.removeItem(atPath: folder.file("nftlb.db"))

        try filled().close()
        try SQL.run("PRAGMA user_version=99", in: folder.file("nftlb.db"))
        #expect(kind() == .newer)
        try SQL.run("PRAGMA user_version=4", in: folder.file("nftlb.db"))
        #expect(kind() == nil)
        try FileManager.default.removeItem(atPath: folder.file("nftlb.db"))

        let store = try filled()
        try store.backUpAndWait()
        store.close()
        try Data().write(to: URL(fileURLWithPath: folder.file("nftlb.db")))
        #expect(kind() == .damaged, "cut off")
    }

    @Test("a folder that cannot be had is an error, not a crash")
    func folders() throws {
        for path in ["/proc/nftlb", folder.file("no/such/folder")] {
            #expect(throws: StoreError.self) { try Store(directory: path) }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Store
import Testing

@Suite("What is kept of the revisions")
struct RetentionTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func store(count: Int, bytes: Int = .max) throws -> Store {
        var settings = StoreSettings()
        settings.keepRevisions(count: count, bytes: bytes)
        return try Store(directory: folder.path, settings: settings)
    }

    private func kept(_ store: Store) throws -> [UInt64] {
        try store.revisions(limit: 100_000).map(\.revision).reversed()
    }

    @Test("the newest by number")
    func number() throws {
        let store = try store(count: 10)
        for number in 1...25 { try store.change { try $0.append(StoredRevision(UInt64(number))) } }
        #expect(try kept(store) == Array(16...25))
    }

    @Test("the newest by size, and the newest one always")
    func size() throws {
        let store = try store(count: 1000, bytes: 1000)
        for number in 1...20 { try store.change { try $0.append(StoredRevision(UInt64(number), size: 50)) } }
        #expect(try kept(store) == Array(11...20))
        try store.change { try $0.append(StoredRevision(21, size: 5000)) }
        #expect(try kept(store) == [21])
        try store.change { try $0.append(StoredRevision(22, size: 1)) }
        #expect(try kept(store) == [22])
    }

    @Test("what is pinned stays, however much there is, and goes once it is not")
    func pinned() throws {
        let store = try store(count: 5)
        store.keptFrom = 3
        for number in 1...25 { try store.change { try $0.append(StoredRevision(UInt64(number))) } }
        #expect(try kept(store) == Array(3...25))
        store.keptFrom = nil
        try store.change { try $0.append(StoredRevision(26)) }
        #expect(try kept(store) == Array(22...26))
    }

    @Test("a file of the format before says of each revision how many objects it changed")
    func migration() throws {
        let store = try store(count: 100)
        try store.change {
            for (number, change) in [#"{}"#, #"{"/farms/a":null,"/farms/b":{"name":"b"}}"#, "no JSON"].enumerated() {
                var revision = StoredRevision(UInt64(number + 1))
                revision.change = Array(change.utf8)
                try $0.append(revision)
            }
        }
        store.close()
        try SQL.run(
            "ALTER TABLE revisions DROP COLUMN objects; PRAGMA user_version=2", in: folder.file("nftlb.db"))
        let again = try self.store(count: 100)
        #expect(try again.revisions(limit: 10).map(\.objects) == [0, 2, 0])
        #expect(try again.revision(2)?.summary.comment == StoredRevision(2).summary.comment)
    }

    @Test("a limit that became smaller is made good over several changes, also after opening again")
    func shrinking() throws {
        var store = try store(count: 1000)
        try store.change { for number in 1...200 { try $0.append(StoredRevision(UInt64(number))) } }
        store.close()
        store = try self.store(count: 10)
        try store.change { try $0.append(StoredRevision(201)) }
        #expect(try kept(store).count == 201 - 32)
        for number in 202...210 { try store.change { try $0.append(StoredRevision(UInt64(number))) } }
        #expect(try kept(store) == Array(201...210))
    }

    @Test("what a change that was rolled back would have removed stays, and is counted")
    func rollback() throws {
        let store = try store(count: 3)
        for number in 1...3 { try store.change { try $0.append(StoredRevision(UInt64(number))) } }
        for _ in 0..<5 {
            try store.begin()
            try store.append(StoredRevision(4))
            store.rollback()
        }
        #expect(try kept(store) == [1, 2, 3])
        try store.change { try $0.append(StoredRevision(4)) }
        #expect(try kept(store) == [2, 3, 4])
    }
}

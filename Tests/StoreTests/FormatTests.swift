// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CSQLite
import Foundation
import Store
import Testing

@Suite("Formats of the file")
struct FormatTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// A store as an older version of the format left it: 3 knew no clusters, 2 did not say how many objects a revision changed, 1 had no
    /// elements either.
    private func old(_ version: Int = 1) throws {
        let store = try Store(directory: folder.path)
        try store.change {
            for id in 1...50 { try $0.write(StoredObject(Int64(id))) }
            try $0.append(StoredRevision(7))
        }
        store.close()
        var steps = "PRAGMA user_version=\(version)"
        if version < 3 { steps += "; ALTER TABLE revisions DROP COLUMN objects" }
        if version < 2 { steps += "; DROP TABLE elements" }
        try SQL.run(steps, in: folder.file("nftlb.db"))
    }

    /// Where SQLite keeps `user_version` (fileformat2, section 1.3).
    private func version(_ name: String) throws -> UInt8 {
        try Data(contentsOf: URL(filePath: folder.file(name)))[63]
    }

    @Test(
        "An older one is brought to ours, with everything that is in it; the file as it was is kept", arguments: 1...3)
    func migrated(_ before: Int) throws {
        try old(before)
        let store = try Store(directory: folder.path)
        #expect(try store.newestRevision() == 7)
        #expect(try store.allObjects().count == 50)
        let outcome = try store.change {
            try $0.write(StoredElement(list: 1, data: [1, 2, 3, 4], time: 0, deadline: 0))
        }
        #expect(outcome.isSuccess)
        store.close()
        #expect(try version("nftlb.db") == 4)
        #expect(try version("nftlb.db.format-\(before)") == before)

        // Whoever goes back finds what was there before.
        let older = try Folder()
        try FileManager.default.copyItem(
            atPath: folder.file("nftlb.db.format-\(before)"), toPath: older.file("nftlb.db"))
        let copy = try Store(directory: older.path)
        #expect(try copy.newestRevision() == 7)
        #expect(copy.identity == store.identity)
    }

    @Test("When it cannot be kept, nothing is changed, and the store is not opened")
    func withoutCopy() throws {
        try old()
        let obstacle = folder.file("nftlb.db.format-1")
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        #expect(throws: StoreError.self) { try Store(directory: folder.path) }
        #expect(try version("nftlb.db") == 1)
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try Store(directory: folder.path).allObjects().count == 50)
    }

    @Test("What has our format is opened without a copy; a newer one is left as it is, to the byte")
    func newer() throws {
        try old()
        try Store(directory: folder.path).close()
        try FileManager.default.removeItem(atPath: folder.file("nftlb.db.format-1"))
        try Store(directory: folder.path).close()
        #expect(!folder.exists("nftlb.db.format-1"))

        try SQL.run("PRAGMA user_version=5", in: folder.file("nftlb.db"))
        let before = try Data(contentsOf: URL(filePath: folder.file("nftlb.db")))
        do {
            _ = try Store(directory: folder.path)
            Issue.record("opened")
        } catch {
            #expect(error.kind == .newer)
        }
        #expect(try Data(contentsOf: URL(filePath: folder.file("nftlb.db"))) == before)
    }
}

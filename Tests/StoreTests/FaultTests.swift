// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CSQLite
import FaultyDisk
import Foundation
import Store
import Testing

@Suite("A disk that fails")
struct FaultTests {
    let folder: Folder
    let disk: Int32
    let store: Store

    init() throws {
        folder = try Folder()
        let name = "faulty-\(UInt32.random(in: 0 ... .max))"
        disk = unsafe faulty_disk_make(name)
        var settings = StoreSettings()
        settings.fileSystem = name
        store = try Store(directory: folder.path, settings: settings)
        try store.change {
            try $0.write(StoredObject(1))
            try $0.append(StoredRevision(1))
        }
    }

    private func attempt(_ revision: UInt64) throws -> Result<Void, StoreError> {
        try store.change {
            try $0.write(StoredObject(1, body: "revision \(revision)"))
            try $0.append(StoredRevision(revision))
        }
    }

    private func reopened() throws -> UInt64 {
        store.close()
        return try Store(directory: folder.path).newestRevision()
    }

    @Test("a write that fails at commit is reported, nothing of the change stays, and the next one succeeds")
    func write() throws {
        faulty_disk_fail(disk, FAULTY_DISK_WRITE, 0, SQLITE_FULL)
        guard case .failure(let error) = try attempt(2) else { return #expect(Bool(false)) }
        #expect(error.kind == .full)
        #expect(try store.newestRevision() == 1)
        faulty_disk_fail(disk, FAULTY_DISK_WRITE, -1, 0)
        store.waitForCompletions()
        if store.health != .sound {
            #expect(throws: error) { try store.begin() }
            store.waitForCompletions()
        }
        #expect(store.health == .sound)
        #expect(try attempt(2).isSuccess)
        #expect(try reopened() == 2)
    }

    @Test(
        "a synchronisation that fails is a failed commit, though its bytes reached the file; a crash does not revive it"
    )
    func synchronisation() throws {
        // The commit's own one and those of the mending that follows.
        faulty_disk_fail(disk, FAULTY_DISK_SYNC, 0, SQLITE_IOERR | 4 << 8)
        try store.begin()
        try store.append(StoredRevision(2))
        var outcome: Result<Void, StoreError>?
        store.commit { outcome = $0 }
        store.waitForCompletions()
        #expect(outcome?.isSuccess == false)
        guard case .failing = store.health else { return #expect(Bool(false), "sound while the disk fails") }
        #expect(throws: StoreError.self) { try store.begin() }
        store.waitForCompletions()
        guard case .failing = store.health else { return #expect(Bool(false), "sound while the disk fails") }

        faulty_disk_fail(disk, FAULTY_DISK_SYNC, -1, 0)
        #expect(throws: StoreError.self) { try store.begin() }
        store.waitForCompletions()
        #expect(store.health == .sound)

        #expect(try afterCrash() == 1)
    }

    @Test("what the mending is for: without it a crash revives what was reported as failed")
    func revival() throws {
        faulty_disk_fail(disk, FAULTY_DISK_SYNC, 0, SQLITE_IOERR | 4 << 8)
        #expect(try attempt(2).isSuccess == false)
        #expect(try store.newestRevision() == 1)
        #expect(try afterCrash() == 2)
        faulty_disk_fail(disk, FAULTY_DISK_SYNC, -1, 0)
    }

    /// The newest revision that another store finds in the files as they are now.
    private func afterCrash() throws -> UInt64 {
        let copy = try Folder()
        for name in ["nftlb.db", "nftlb.db-wal"] where folder.exists(name) {
            try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
        }
        return try Store(directory: copy.path).newestRevision()
    }

    @Test("a checkpoint that fails is not a failed commit")
    func checkpoint() throws {
        var settings = StoreSettings()
        settings.checkpointPages = 1
        let name = "faulty-\(UInt32.random(in: 0 ... .max))"
        let disk = unsafe faulty_disk_make(name)
        settings.fileSystem = name
        let folder = try Folder()
        let store = try Store(directory: folder.path, settings: settings)
        // One synchronisation for the commit, the next for the checkpoint.
        faulty_disk_fail(disk, FAULTY_DISK_SYNC, 1, SQLITE_IOERR | 4 << 8)
        let outcome = try store.change { try $0.append(StoredRevision(1)) }
        #expect(outcome.isSuccess)
        #expect(store.health == .sound)
        faulty_disk_fail(disk, FAULTY_DISK_SYNC, -1, 0)
        #expect(try store.change { try $0.append(StoredRevision(2)) }.isSuccess)
        store.close()
        #expect(try Store(directory: folder.path).newestRevision() == 2)
    }

    @Test("a backup that fails leaves the last one, and commits are not concerned")
    func backup() throws {
        try store.backUpAndWait()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db.backup")))
        #expect(try attempt(2).isSuccess)
        faulty_disk_fail(disk, FAULTY_DISK_READ, 0, SQLITE_IOERR)
        #expect(throws: StoreError.self) { try store.backUpAndWait() }
        faulty_disk_fail(disk, FAULTY_DISK_READ, -1, 0)
        #expect(store.hasChangedSinceBackup)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("nftlb.db.backup"))) == before)
        #expect(try attempt(3).isSuccess)
    }

    @Test("a slow disk delays the commit and not the caller")
    func slow() throws {
        // Long beside what a loaded machine takes for the rest.
        faulty_disk_delay(disk, 3_000_000)
        let start = ContinuousClock.now
        try store.begin()
        try store.append(StoredRevision(2))
        var isDone = false
        store.commit { _ in isDone = true }
        #expect(try store.newestRevision() == 1)
        #expect(ContinuousClock.now - start < .seconds(2))
        store.waitForCompletions()
        #expect(isDone)
        #expect(ContinuousClock.now - start > .seconds(3))
        faulty_disk_delay(disk, 0)
    }
}

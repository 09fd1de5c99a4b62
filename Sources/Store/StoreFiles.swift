// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// The files of a store, by name and as the system sees them.
struct StoreFiles {
    let directory: String

    var database: String { directory + "/nftlb.db" }
    var lock: String { directory + "/nftlb.lock" }
    var backup: String { directory + "/nftlb.db.backup" }
    var newBackup: String { directory + "/nftlb.db.backup.new" }
    var newDatabase: String { directory + "/nftlb.db.new" }
    var damaged: String { directory + "/nftlb.db.damaged" }
    /// The last state in an older format, from before it was brought to ours.
    func before(_ version: Int64) -> String { directory + "/nftlb.db.format-\(version)" }

    /// Makes the folder, for us alone, if it is not there; the folders above it must be.
    func makeDirectory() throws(StoreError) {
        guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw StoreError("make \(directory)", errno: errno)
        }
    }

    /// Makes an empty database for us alone, if there is none; SQLite gives its other files the same mode, and takes an empty
    /// file for a new database: one that has a backup was more.
    func createDatabase() throws(StoreError) -> Bool {
        let descriptor = unsafe open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            guard errno == EEXIST else { throw StoreError("make \(database)", errno: errno) }
            guard try !isEmpty(database) || !exists(backup) else {
                throw StoreError(.damaged, "the store is damaged: \(database) is empty, and there is a backup")
            }
            return false
        }
        Glibc.close(descriptor)
        return true
    }

    func prepare(for opening: StoreOpening) throws(StoreError) {
        switch opening {
        case .asItIs: return
        case .fromBackup:
            guard exists(backup) else { throw StoreError(.inaccessible, "there is no backup in \(directory)") }
            try copy(backup, to: newDatabase)
            try replaceDatabase(by: newDatabase)
        case .empty:
            try keepDamaged()
            guard unsafe unlink(database) == 0 || errno == ENOENT else {
                throw StoreError("remove \(database)", errno: errno)
            }
        case .moved(let other): try replaceDatabase(by: StoreFiles(directory: other))
        }
        try synchronizeDirectory()
    }

    /// In one step: whoever starts after a crash in the middle finds the damaged file, never none and so an empty state.
    private func replaceDatabase(by new: String) throws(StoreError) {
        try keepDamaged()
        guard unsafe rename(new, database) == 0 else { throw StoreError("rename \(new)", errno: errno) }
    }

    /// The other folder goes, with what is left in it.
    private func replaceDatabase(by other: StoreFiles) throws(StoreError) {
        try replaceDatabase(by: other.database)
        for path in [other.lock, other.damaged, other.damaged + "-wal"] { _ = unsafe unlink(path) }
        _ = unsafe rmdir(other.directory)
    }

    /// Gives the file another name besides its own. Its log goes first: a log without its database means nothing, a new
    /// database beside an old log would.
    private func keepDamaged() throws(StoreError) {
        for suffix in ["-wal", ""] where exists(database + suffix) {
            _ = unsafe unlink(damaged + suffix)
            guard unsafe link(database + suffix, damaged + suffix) == 0 else {
                throw StoreError("keep \(database + suffix)", errno: errno)
            }
        }
        for suffix in ["-wal", "-shm"] { _ = unsafe unlink(database + suffix) }
    }

    /// Copies a database that nobody writes, page by page through SQLite, and makes the copy durable.
    func copy(
        _ source: String, to target: String, fileSystem: String? = nil, meanwhile: (() -> Void)? = nil
    ) throws(StoreError) {
        _ = unsafe unlink(target)
        let connection = try Connection(path: source, fileSystem: fileSystem)
        defer { connection.close() }
        if let meanwhile { connection.duringLongStatements(meanwhile) }
        // The copy is made durable as a whole, below.
        try connection.execute("PRAGMA synchronous=OFF")
        let statement = try Statement("VACUUM INTO ?1", on: connection)
        try statement.bind(1, target)
        try statement.run()
        guard unsafe chmod(target, 0o600) == 0 else { throw StoreError("set the mode of \(target)", errno: errno) }
        try synchronize(target, O_RDWR)
    }

    func synchronizeDirectory() throws(StoreError) { try synchronize(directory, O_RDONLY | O_DIRECTORY) }

    private func synchronize(_ path: String, _ flags: Int32) throws(StoreError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError("open \(path)", errno: errno) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError("write \(path) to the disk", errno: errno) }
    }

    /// nil: there is no backup, or none that can be read.
    func newestRevisionInBackup() -> UInt64? {
        guard exists(backup), let connection = try? Connection(path: backup) else { return nil }
        defer { connection.close() }
        return try? Store.newestRevision(in: connection)
    }

    private func isEmpty(_ path: String) throws(StoreError) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw StoreError("look at \(path)", errno: errno) }
        return status.st_size == 0
    }

    private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}

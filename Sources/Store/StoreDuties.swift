// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What the store's thread does.
final class StoreDuties {
    private let writer: Connection
    private let files: StoreFiles
    private let settings: StoreSettings
    weak var worker: Worker?

    init(writer: Connection, files: StoreFiles, settings: StoreSettings) {
        self.writer = writer
        self.files = files
        self.settings = settings
    }

    func perform(_ job: Worker.Job) -> Worker.Reply {
        switch job {
        case .commit: return commit()
        case .recover: return recover()
        case .backUp: return Worker.Reply(result: Result { () throws(StoreError) in try backUp() }, health: .sound)
        case .stop: return Worker.Reply(result: .success(()), health: .sound)
        }
    }

    private func commit() -> Worker.Reply {
        do throws(StoreError) {
            try writer.statement(.commit).run()
        } catch {
            if writer.isInTransaction { try? writer.statement(.rollback).run() }
            let health = emptyLog(after: error)
            return Worker.Reply(result: .failure(error), health: health)
        }
        // Before the answer: the owner may use the connection after it. What is committed is durable whatever comes of this.
        if writer.logPages > settings.checkpointPages { try? writer.checkpoint() }
        return Worker.Reply(result: .success(()), health: .sound)
    }

    private func recover() -> Worker.Reply {
        let health = emptyLog(after: nil)
        guard case .failing(let error) = health else { return Worker.Reply(result: .success(()), health: health) }
        return Worker.Reply(result: .failure(error), health: health)
    }

    /// A commit whose last write to the disk failed may be in the log all the same, and a crash now would bring back what
    /// was reported as failed. A log that is empty, on the disk, cannot.
    private func emptyLog(after failure: StoreError?) -> Store.Health {
        do throws(StoreError) {
            try writer.checkpointAndEmptyLog()
            return .sound
        } catch {
            return .failing(failure ?? error)
        }
    }

    private func backUp() throws(StoreError) {
        let meanwhile: () -> Void = { [unowned self] in self.worker?.answerCommits() }
        try files.copy(
            files.database, to: files.newBackup, fileSystem: settings.fileSystem, meanwhile: meanwhile)
        let copy = try Connection(path: files.newBackup)
        copy.duringLongStatements(meanwhile)
        defer { copy.close() }
        try Store.check(copy)
        guard unsafe rename(files.newBackup, files.backup) == 0 else {
            throw StoreError("rename \(files.newBackup)", errno: errno)
        }
        try files.synchronizeDirectory()
    }
}

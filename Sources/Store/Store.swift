// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// Objects, revisions and metadata in one durable file, owned by one process.
///
/// One change is `begin`, any number of writes, `commit`. The commit and everything else that waits for the disk to be done
/// run on a thread of the store's own; its completion is called from `drainCompletions`, which the owner calls when
/// `descriptor` is readable. Everything else runs, and must be called, on the owner's thread.
///
/// What a commit that succeeded wrote is on the disk. What one that failed wrote is gone; then no change is accepted until a
/// commit or a checkpoint has succeeded (`health`).
public final class Store {
    /// Whether commits can be expected to succeed.
    public enum Health: Equatable, Sendable {
        /// The last one did.
        case sound
        /// The last one did not, and nothing since showed that the next one would.
        case failing(StoreError)
    }

    /// The store's name for itself: 32 hexadecimal digits, made at random with the store and never changed.
    public let identity: String

    /// Whether commits can be expected to succeed. `begin` throws while they cannot, and tries to mend it for the next one.
    public internal(set) var health = Health.sound

    /// Whether something was committed since the last backup.
    public internal(set) var hasChangedSinceBackup: Bool

    /// This revision and all after it are kept, however many they are; nil: the bound alone says what is kept.
    public var keptFrom: UInt64?

    let files: StoreFiles
    let settings: StoreSettings
    let writer: Connection
    let reader: Connection
    private let lock: StoreLock
    private var openWorker: Worker?
    var worker: Worker { openWorker! }

    enum State {
        case idle
        /// A transaction is open, on the owner's thread.
        case open
        /// A transaction was open; this ended it.
        case broken(StoreError)
        /// The thread has the writing connection.
        case away
        case closed
    }

    var state = State.idle
    var budget: RevisionBudget
    var budgetInTransaction: RevisionBudget
    var commitCompletion: ((Result<Void, StoreError>) -> Void)?
    var backupCompletions: [(Result<Void, StoreError>) -> Void] = []
    /// Completions that need nothing of the thread; called with the others, so that none is called at once.
    var readyCompletions: [() -> Void] = []
    var isAtEndOfObjects = false
    var isAtEndOfElements = false

    /// Opens the store in a folder; makes folder and store if they are not there. Takes as long as the check of the whole
    /// file does, and `StoreError.Kind.inUse` if another process has it.
    ///
    /// - Parameter opening: what to do with a store that cannot be opened as it is.
    public convenience init(directory: String, opening: StoreOpening = .asItIs) throws(StoreError) {
        try self.init(directory: directory, opening: opening, settings: StoreSettings())
    }

    package init(directory: String, opening: StoreOpening = .asItIs, settings: StoreSettings) throws(StoreError) {
        files = StoreFiles(directory: directory)
        self.settings = settings
        try files.makeDirectory()
        lock = try StoreLock(path: files.lock)
        try files.prepare(for: opening)
        let isNew = try files.createDatabase()

        writer = try Connection(path: files.database, fileSystem: settings.fileSystem)
        try Store.configure(writer, settings)
        if !isNew && settings.checksAtOpen { try Store.check(writer) }
        // Whoever goes back to the older program needs a file that it knows.
        try Schema.prepare(writer) { [files] version throws(StoreError) in
            try files.copy(files.database, to: files.before(version), fileSystem: settings.fileSystem)
        }
        identity = try Store.identity(of: writer, proposed: opening.identity)
        try files.synchronizeDirectory()

        reader = try Connection(path: files.database, fileSystem: settings.fileSystem)
        try reader.execute("PRAGMA query_only=ON; PRAGMA cache_size=-\(settings.cacheKibibytes)")

        let totals = try reader.statement(.revisionTotals)
        _ = try totals.step()
        budget = RevisionBudget(
            limit: settings.revisions, count: Int(totals.integer(0)), bytes: Int(totals.integer(1)))
        totals.reset()
        budgetInTransaction = budget
        hasChangedSinceBackup = try Store.newestRevision(in: reader) != files.newestRevisionInBackup()

        let duties = StoreDuties(writer: writer, files: files, settings: settings)
        openWorker = try Worker { duties.perform($0) }
        duties.worker = openWorker
    }

    deinit { close() }

    // MARK: The end

    /// Waits for what is under way and calls its completions, forgets an open transaction, and closes the files. Does
    /// nothing the second time.
    public func close() {
        if case .closed = state { return }
        waitForCompletions()
        if case .open = state { rollback() }
        state = .closed
        openWorker?.stop()
        openWorker = nil
        reader.close()
        writer.close()
        lock.release()
    }

    // MARK: Completions

    /// Readable when completions wait to be called.
    public var descriptor: Int32 { worker.descriptor }

    /// Calls the completions of what is done.
    public func drainCompletions() {
        for (job, reply) in worker.takeReplies() { finish(job, reply) }
        let ready = readyCompletions
        readyCompletions.removeAll()
        for completion in ready { completion() }
    }

    /// Waits until nothing is under way, and calls the completions. For programs without a loop, and for the end.
    public func waitForCompletions() {
        while isBusy {
            if readyCompletions.isEmpty { worker.waitForReplies() }
            drainCompletions()
        }
    }

    private var isBusy: Bool {
        if case .away = state { return true }
        return !backupCompletions.isEmpty || !readyCompletions.isEmpty
    }

    private func finish(_ job: Worker.Job, _ reply: Worker.Reply) {
        switch job {
        case .commit, .recover:
            state = .idle
            budget = reply.succeeded ? budgetInTransaction : budget
            budgetInTransaction = budget
            if job == .commit && reply.succeeded { hasChangedSinceBackup = true }
            if case .failing(let error) = health, error.kind == .damaged {} else { health = reply.health }
            let completion = commitCompletion
            commitCompletion = nil
            completion?(reply.result)
        case .backUp:
            let completion = backupCompletions.removeFirst()
            completion(reply.result)
        case .stop: break
        }
    }
}

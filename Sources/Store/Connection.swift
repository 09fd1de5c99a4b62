// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSQLite

/// One connection to a database file. Used by one thread at a time: opened without SQLite's own locks.
@safe final class Connection {
    private(set) var handle: OpaquePointer?
    private var statements = [Statement?](repeating: nil, count: Query.allCases.count)
    private let path: String

    /// How many pages the write-ahead log held after the last commit.
    private(set) var logPages = 0

    /// Opens a file; one that is not there is made only if asked.
    init(path: String, creating: Bool = false, fileSystem: String? = nil) throws(StoreError) {
        self.path = path
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (creating ? SQLITE_OPEN_CREATE : 0)
        let result = unsafe sqlite3_open_v2(path, &handle, flags, fileSystem)
        guard result == SQLITE_OK else { throw failure("open", result) }
        _ = unsafe sqlite3_extended_result_codes(handle, 1)
        let hardened = unsafe csqlite_harden(handle)
        guard hardened == SQLITE_OK else { throw failure("open", hardened) }
        // Nothing in the schema is believed to be harmless, and a page that contradicts itself is found when it is read.
        try execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY")
    }

    deinit { close() }

    /// Closes it. The last connection to a file moves what is in the log into the file and removes the log.
    func close() {
        statements.removeAll()
        _ = unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
    }

    // MARK: Statements

    /// The statement, prepared at its first use.
    func statement(_ query: Query) throws(StoreError) -> Statement {
        if let prepared = statements[query.rawValue] { return prepared }
        let prepared = try Statement(query.text, on: self)
        statements[query.rawValue] = prepared
        return prepared
    }

    /// Runs statements of ours that answer nothing of interest.
    func execute(_ text: String) throws(StoreError) {
        let result = unsafe sqlite3_exec(handle, text, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure("run", result) }
    }

    /// The one integer that a statement of ours answers.
    func integer(_ text: String) throws(StoreError) -> Int64 {
        let statement = try Statement(text, on: self)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first column of each row that a statement of ours answers.
    func texts(_ text: String) throws(StoreError) -> [String] {
        let statement = try Statement(text, on: self)
        var rows: [String] = []
        while try statement.step() { rows.append(statement.text(0)) }
        return rows
    }

    /// How many rows the last statement changed.
    var changes: Int { unsafe Int(sqlite3_changes(handle)) }

    /// Whether there is an open transaction. Some failures end it by themselves.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    // MARK: The log

    /// Takes the log's length into `logPages` from now on, in place of SQLite's own checkpoints.
    func watchLog() {
        _ = unsafe sqlite3_wal_hook(
            handle,
            { userdata, _, _, pages in
                unsafe Unmanaged<Connection>.fromOpaque(userdata!).takeUnretainedValue().logPages = Int(pages)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Moves the log into the file as far as readers let it.
    func checkpoint() throws(StoreError) {
        let result = unsafe sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard result == SQLITE_OK || result == SQLITE_BUSY else { throw failure("checkpoint", result) }
    }

    /// Moves all of the log into the file and makes the log empty: whatever a commit that failed has left in it is gone.
    func checkpointAndEmptyLog() throws(StoreError) {
        let result = unsafe sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK else { throw failure("checkpoint", result) }
        logPages = 0
    }

    // MARK: Interruption

    /// Calls `body` again and again while a statement runs, on the thread that runs it. `body` must not use this connection.
    func duringLongStatements(_ body: @escaping () -> Void) {
        let box = Box(body)
        interruption = box
        unsafe sqlite3_progress_handler(
            handle, 2000,
            { userdata in
                unsafe Unmanaged<Box>.fromOpaque(userdata!).takeUnretainedValue().body()
                return 0
            }, Unmanaged.passUnretained(box).toOpaque())
    }

    private var interruption: Box?

    private final class Box {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    // MARK: Failures

    /// A failure with the connection's own words. Call it at once: the next call replaces them.
    func failure(_ operation: String, _ result: Int32) -> StoreError {
        let text = unsafe String(cString: sqlite3_errmsg(handle))
        // Only then the system had something to say; the number stays from older failures.
        let isSystem = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_FULL].contains(result & 0xff)
        let systemError = isSystem ? unsafe sqlite3_system_errno(handle) : 0
        return StoreError("\(operation) \(path)", result: result, systemError: systemError, text: text)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSQLite

/// A prepared statement: values in by number, rows out. Never text spliced into SQL.
@safe final class Statement {
    private let handle: OpaquePointer
    private unowned let connection: Connection

    init(_ text: String, on connection: Connection) throws(StoreError) {
        self.connection = connection
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let result = unsafe sqlite3_prepare_v3(connection.handle, text, -1, flags, &prepared, nil)
        guard result == SQLITE_OK, let prepared = unsafe prepared else { throw connection.failure("prepare", result) }
        unsafe handle = unsafe prepared
    }

    deinit { unsafe sqlite3_finalize(handle) }

    // MARK: Values in

    /// Parameters are numbered from 1.
    func bind(_ index: Int32, _ value: Int64) throws(StoreError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    func bind(_ index: Int32, _ value: String?) throws(StoreError) {
        guard var value else { return try check(unsafe sqlite3_bind_null(handle, index)) }
        let result = value.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) {
                unsafe csqlite_bind_text(handle, index, $0.baseAddress, Int32($0.count))
            }
        }
        try check(result)
    }

    func bind(_ index: Int32, _ value: [UInt8]) throws(StoreError) {
        guard let count = Int32(exactly: value.count) else { throw StoreError(.full, "a value is larger than 2 GiB") }
        try check(unsafe value.withUnsafeBytes { unsafe csqlite_bind_blob(handle, index, $0.baseAddress, count) })
    }

    // MARK: Running

    /// Goes to the next row; false at the end.
    func step() throws(StoreError) -> Bool {
        let result = unsafe sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = connection.failure("step", result)
            reset()
            throw error
        }
    }

    /// Runs a statement that answers no rows, and makes it ready for the next time.
    func run() throws(StoreError) {
        while try step() {}
        reset()
    }

    /// Makes it ready for the next time. Values stay bound, and a transaction that only reads ends with its last statement.
    func reset() {
        _ = unsafe sqlite3_reset(handle)
    }

    // MARK: Values out

    /// Columns are numbered from 0.
    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func bytes(_ column: Int32) -> [UInt8] {
        // In this order: asking for the size first may convert the value and move it (sqlite3_column_blob(3)).
        let start = unsafe sqlite3_column_blob(handle, column)
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    private func check(_ result: Int32) throws(StoreError) {
        guard result == SQLITE_OK else { throw connection.failure("bind", result) }
    }
}

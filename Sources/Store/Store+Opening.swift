// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux

extension Store {
    static func configure(_ connection: Connection, _ settings: StoreSettings) throws(StoreError) {
        // FULL: the log is on the disk when COMMIT returns (NORMAL would leave that to the checkpoint).
        try connection.execute("PRAGMA synchronous=FULL; PRAGMA cache_size=-\(settings.cacheKibibytes)")
        let mode = try connection.texts("PRAGMA journal_mode=WAL")
        guard mode == ["wal"] else {
            throw StoreError(.inaccessible, "the file system of the store cannot hold a write-ahead log")
        }
        // After a large change the log goes back to this; a smaller log keeps its size, because writing over a file's
        // blocks is faster than adding to it.
        try connection.execute("PRAGMA journal_size_limit=\(16 << 20)")
        connection.watchLog()
    }

    /// Reads every page: a file that contradicts itself is refused here and not in the middle of a change.
    static func check(_ connection: Connection) throws(StoreError) {
        let findings = try connection.texts("PRAGMA quick_check(1)")
        guard findings == ["ok"] else {
            throw StoreError(.damaged, "the store is damaged: \(findings.first ?? "no answer")")
        }
    }

    static func identity(of connection: Connection, proposed: String?) throws(StoreError) -> String {
        let query = try connection.statement(.metadata)
        try query.bind(1, identityKey)
        if try query.step() {
            let found = query.text(0)
            query.reset()
            return found
        }
        query.reset()

        var bytes = [UInt8](repeating: 0, count: 16)
        let result = unsafe linux_random(&bytes, bytes.count)
        guard result == 0 else { throw StoreError("make a name for the store", errno: -result) }
        let digits = Array("0123456789abcdef")
        let identity = proposed ?? String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        let insert = try connection.statement(.setMetadata)
        try insert.bind(1, identityKey)
        try insert.bind(2, Array(identity.utf8))
        try insert.run()
        return identity
    }

    static let identityKey = "store-id"

    static func newestRevision(in connection: Connection) throws(StoreError) -> UInt64 {
        let query = try connection.statement(.newestRevision)
        defer { query.reset() }
        _ = try query.step()
        return UInt64(bitPattern: query.integer(0))
    }
}

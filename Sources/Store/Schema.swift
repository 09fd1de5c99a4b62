// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The tables, and which version of them a file has.
enum Schema {
    /// "nftl": what `file(1)` and we know our files by (PRAGMA application_id).
    static let applicationID: Int64 = 0x6e66_746c

    /// The version this program writes (PRAGMA user_version). One entry a step; step N makes version N from N-1.
    static let steps = [
        """
        CREATE TABLE objects(
            kind TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER NOT NULL, position INTEGER NOT NULL,
            name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;
        CREATE INDEX objects_in_order ON objects(parent, kind, position);
        CREATE TABLE revisions(
            revision INTEGER PRIMARY KEY, time INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL,
            pid INTEGER NOT NULL, socket TEXT NOT NULL, comment TEXT, change BLOB NOT NULL, undo BLOB NOT NULL);
        CREATE TABLE metadata(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE elements(
            policy INTEGER NOT NULL, data BLOB NOT NULL, time INTEGER NOT NULL, deadline INTEGER NOT NULL,
            PRIMARY KEY(policy, data)) WITHOUT ROWID;
        """,
        // A change is an object of JSON with a member for each object. Since SQLite 3.45 a BLOB would be taken for its own form.
        """
        ALTER TABLE revisions ADD COLUMN objects INTEGER NOT NULL DEFAULT 0;
        UPDATE revisions SET objects=(SELECT count(*) FROM json_each(CAST(change AS TEXT)))
            WHERE json_valid(CAST(change AS TEXT));
        """,
        // Nothing is added to the file; objects may be clusters, which older programs do not know.
        "",
    ]

    static var version: Int64 { Int64(steps.count) }

    /// Brings a file to our version, in one transaction. A file that is not ours, or newer, is refused untouched.
    ///
    /// - Parameter keep: called with the version of an older file before anything is changed in it; when it throws, nothing is.
    static func prepare(
        _ connection: Connection, keep: (Int64) throws(StoreError) -> Void
    ) throws(StoreError) {
        let found = try connection.integer("PRAGMA user_version")
        let owner = try connection.integer("PRAGMA application_id")
        let isEmpty = try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        guard found <= version else {
            throw StoreError(.newer, "the store has format \(found); this program knows formats up to \(version)")
        }
        guard owner == applicationID || (isEmpty && owner == 0 && found == 0) else {
            throw StoreError(.damaged, "the file is a database of another program")
        }
        guard found < version else { return }
        if found > 0 { try keep(found) }

        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            for step in steps[Int(found)...] { try connection.execute(step) }
            try connection.execute("PRAGMA application_id=\(applicationID); PRAGMA user_version=\(version); COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}

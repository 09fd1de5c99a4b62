// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CSQLite
import Store

/// Statements run behind the store's back.
enum SQL {
    static func run(_ text: String, in path: String) throws {
        var database: OpaquePointer?
        defer { unsafe sqlite3_close(database) }
        guard unsafe sqlite3_open(path, &database) == SQLITE_OK,
            unsafe sqlite3_exec(database, text, nil, nil, nil) == SQLITE_OK
        else { throw StoreError(.inputOutput, unsafe String(cString: sqlite3_errmsg(database))) }
    }
}

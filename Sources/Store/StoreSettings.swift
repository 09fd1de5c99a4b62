// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What tests and measurements turn; the daemon runs with the defaults.
package struct StoreSettings {
    /// How many revisions are kept.
    var revisions = RevisionBudget.Limit()
    /// Memory for pages of one connection, in KiB.
    package var cacheKibibytes = 1024
    /// A commit that leaves the log longer than this is followed by a checkpoint before it is answered.
    package var checkpointPages = 2000
    /// The whole file is checked when it is opened.
    package var checksAtOpen = true
    /// SQLite's name for the file system to use (sqlite3_vfs(3)); nil is the usual one.
    package var fileSystem: String?

    /// The daemon's.
    package init() {}

    /// How many revisions and how many bytes of them are kept.
    package mutating func keepRevisions(count: Int, bytes: Int) {
        revisions.count = count
        revisions.bytes = bytes
    }
}

/// What to do with the file that is there.
public enum StoreOpening: Equatable, Sendable {
    /// Open it; make one if there is none.
    case asItIs
    /// Put it aside (`nftlb.db.damaged`) and take the last backup in its place.
    case fromBackup
    /// Put it aside and begin anew, under the name that the owner knows the old one by, if it does.
    case empty(identity: String?)
    /// Put it aside and take the store of another folder, which is closed, in its place.
    case moved(from: String)

    var identity: String? {
        if case .empty(let identity) = self { identity } else { nil }
    }
}

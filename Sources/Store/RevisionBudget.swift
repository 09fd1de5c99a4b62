// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How many revisions there are, and which of the oldest have to go.
struct RevisionBudget: Equatable {
    /// What is kept: so many of the newest, and no more bytes than this.
    struct Limit: Equatable {
        var count = 10_000
        var bytes = 64 << 20
        /// How many are removed with one that is added: a limit that has become smaller, or one large revision, is made good
        /// over several changes instead of by one that takes long.
        var removedAtOnce = 32
    }

    var limit = Limit()
    private(set) var count: Int
    private(set) var bytes: Int

    init(limit: Limit = Limit(), count: Int, bytes: Int) {
        self.limit = limit
        self.count = count
        self.bytes = bytes
    }

    var isExceeded: Bool { count > limit.count || bytes > limit.bytes }

    mutating func add(bytes added: Int) {
        count += 1
        bytes += added
    }

    /// Says up to which revision to remove, and counts them as gone.
    ///
    /// - Parameter oldest: the oldest revisions, oldest first, without the newest one of all: that one stays.
    mutating func removable(_ oldest: [(revision: Int64, bytes: Int)]) -> Int64? {
        var last: Int64?
        for entry in oldest where isExceeded {
            count -= 1
            bytes -= entry.bytes
            last = entry.revision
        }
        return last
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Store {
    /// The newest revision, 0 in a new store. Like everything that is read: as of the last commit.
    public func newestRevision() throws(StoreError) -> UInt64 {
        try read { () throws(StoreError) in try Store.newestRevision(in: reader) }
    }

    /// The next objects: those that belong to none, then those of each parent, in order of kind and position; empty at the end,
    /// and from the beginning after that.
    ///
    /// - Parameter limit: how many at most, so that the caller can give its loop a turn between calls. All parts together are
    ///   one state of the store, whatever is committed meanwhile.
    public func nextObjects(limit: Int) throws(StoreError) -> [StoredObject] {
        try read { () throws(StoreError) in
            if isAtEndOfObjects {
                isAtEndOfObjects = false
                return []
            }
            let cursor = try reader.statement(.objects)
            var objects: [StoredObject] = []
            while objects.count < limit {
                guard try cursor.step() else {
                    cursor.reset()
                    // SQLite would begin anew at the next step: the end is told first.
                    isAtEndOfObjects = !objects.isEmpty
                    return objects
                }
                objects.append(
                    StoredObject(
                        kind: cursor.text(0), id: cursor.integer(1), parent: cursor.integer(2),
                        position: cursor.integer(3), name: cursor.text(4), body: cursor.bytes(5)))
            }
            return objects
        }
    }

    /// The next elements of lists, in order of list and data; empty at the end, and from the beginning after that.
    ///
    /// - Parameter limit: as for ``nextObjects(limit:)``.
    public func nextElements(limit: Int) throws(StoreError) -> [StoredElement] {
        try read { () throws(StoreError) in
            if isAtEndOfElements {
                isAtEndOfElements = false
                return []
            }
            let cursor = try reader.statement(.elements)
            var elements: [StoredElement] = []
            while elements.count < limit {
                guard try cursor.step() else {
                    cursor.reset()
                    isAtEndOfElements = !elements.isEmpty
                    return elements
                }
                elements.append(
                    StoredElement(
                        list: cursor.integer(0), data: cursor.bytes(1), time: cursor.integer(2),
                        deadline: cursor.integer(3)))
            }
            return elements
        }
    }

    /// A value of the owner's, nil if it was never set.
    public func metadata(_ key: String) throws(StoreError) -> [UInt8]? {
        try read { () throws(StoreError) in
            let query = try reader.statement(.metadata)
            defer { query.reset() }
            try query.bind(1, key)
            return try query.step() ? query.bytes(0) : nil
        }
    }

    /// One revision, nil if there never was one of that number or it is kept no more.
    public func revision(_ revision: UInt64) throws(StoreError) -> StoredRevision? {
        try read { () throws(StoreError) in
            let query = try reader.statement(.revision)
            defer { query.reset() }
            try query.bind(1, Int64(clamping: revision))
            guard try query.step() else { return nil }
            return StoredRevision(Store.summary(from: query), change: query.bytes(8), undo: query.bytes(9))
        }
    }

    /// The newest revisions that are older than one, newest first, without what they changed.
    public func revisions(before revision: UInt64 = .max, limit: Int) throws(StoreError) -> [RevisionSummary] {
        try read { () throws(StoreError) in
            let query = try reader.statement(.revisionsBefore)
            defer { query.reset() }
            try query.bind(1, Int64(clamping: revision))
            try query.bind(2, Int64(limit))
            var revisions: [RevisionSummary] = []
            while try query.step() { revisions.append(Store.summary(from: query)) }
            return revisions
        }
    }

    private static func summary(from row: Statement) -> RevisionSummary {
        RevisionSummary(
            revision: UInt64(bitPattern: row.integer(0)), time: row.integer(1),
            userID: UInt32(truncatingIfNeeded: row.integer(2)), groupID: UInt32(truncatingIfNeeded: row.integer(3)),
            processID: Int32(truncatingIfNeeded: row.integer(4)), socket: row.text(5),
            comment: row.isNull(6) ? nil : row.text(6), objects: Int(row.integer(7)))
    }

    private func read<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            note(error)
            throw error
        }
    }

    /// A file that has been found damaged stays so, whatever else succeeds.
    func note(_ error: StoreError) {
        if error.kind == .damaged { health = .failing(error) }
    }
}

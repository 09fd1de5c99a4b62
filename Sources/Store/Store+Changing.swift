// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Store {
    /// Opens the transaction of a change.
    ///
    /// While commits fail it throws, and has the thread find out whether the next one would succeed.
    public func begin() throws(StoreError) {
        if case .failing(let error) = health {
            mend()
            throw error
        }
        guard case .idle = state else { preconditionFailure("begin in the middle of a change") }
        do throws(StoreError) {
            try writer.statement(.begin).run()
        } catch {
            note(error)
            throw error
        }
        budgetInTransaction = budget
        state = .open
    }

    /// While commits fail, has the thread find out whether the next one would succeed. Of a file that is damaged that is known.
    public func mend() {
        guard case .failing(let error) = health, error.kind != .damaged, case .idle = state else { return }
        state = .away
        worker.put(.recover)
    }

    /// Adds or replaces an object.
    public func write(_ object: StoredObject) throws(StoreError) {
        try change { () throws(StoreError) in
            try run(.updateObject, object)
            if writer.changes == 0 { try run(.replaceObject, object) }
        }
    }

    private func run(_ query: Query, _ object: StoredObject) throws(StoreError) {
        let statement = try writer.statement(query)
        try statement.bind(1, object.kind)
        try statement.bind(2, object.id)
        try statement.bind(3, object.parent)
        try statement.bind(4, object.position)
        try statement.bind(5, object.name)
        try statement.bind(6, object.body)
        try statement.run()
    }

    /// Removes an object; one that is not there is no error.
    public func remove(kind: String, id: Int64) throws(StoreError) {
        try change { () throws(StoreError) in
            let statement = try writer.statement(.removeObject)
            try statement.bind(1, kind)
            try statement.bind(2, id)
            try statement.run()
        }
    }

    /// Adds or replaces an element of a list.
    public func write(_ element: StoredElement) throws(StoreError) {
        try change { () throws(StoreError) in
            let statement = try writer.statement(.replaceElement)
            try statement.bind(1, element.list)
            try statement.bind(2, element.data)
            try statement.bind(3, element.time)
            try statement.bind(4, element.deadline)
            try statement.run()
        }
    }

    /// Removes an element of a list, or with nil all; one that is not there is no error.
    public func removeElement(of list: Int64, _ data: [UInt8]?) throws(StoreError) {
        try change { () throws(StoreError) in
            let statement = try writer.statement(data == nil ? .removeElements : .removeElement)
            try statement.bind(1, list)
            if let data { try statement.bind(2, data) }
            try statement.run()
        }
    }

    /// Adds a revision, and removes of the oldest what is kept no more.
    public func append(_ revision: StoredRevision) throws(StoreError) {
        try change { () throws(StoreError) in
            let summary = revision.summary
            let number = Int64(clamping: summary.revision)
            let statement = try writer.statement(.appendRevision)
            try statement.bind(1, number)
            try statement.bind(2, summary.time)
            try statement.bind(3, Int64(summary.userID))
            try statement.bind(4, Int64(summary.groupID))
            try statement.bind(5, Int64(summary.processID))
            try statement.bind(6, summary.socket)
            try statement.bind(7, summary.comment)
            try statement.bind(8, Int64(summary.objects))
            try statement.bind(9, revision.change)
            try statement.bind(10, revision.undo)
            try statement.run()
            budgetInTransaction.add(bytes: revision.change.count + revision.undo.count)
            try prune(before: min(number, keptFrom.map { Int64(clamping: $0) } ?? number))
        }
    }

    private func prune(before newest: Int64) throws(StoreError) {
        guard budgetInTransaction.isExceeded else { return }
        let query = try writer.statement(.oldestRevisions)
        try query.bind(1, newest)
        try query.bind(2, Int64(budgetInTransaction.limit.removedAtOnce))
        var oldest: [(revision: Int64, bytes: Int)] = []
        while try query.step() { oldest.append((query.integer(0), Int(query.integer(1)))) }
        query.reset()
        guard let last = budgetInTransaction.removable(oldest) else { return }
        let removal = try writer.statement(.removeRevisions)
        try removal.bind(1, last)
        try removal.run()
    }

    /// Sets, or with nil removes, a value of the owner's.
    public func setMetadata(_ key: String, _ value: [UInt8]?) throws(StoreError) {
        try change { () throws(StoreError) in
            let statement = try writer.statement(value == nil ? .removeMetadata : .setMetadata)
            try statement.bind(1, key)
            if let value { try statement.bind(2, value) }
            try statement.run()
        }
    }

    /// Makes the open transaction durable. On failure nothing of it remains.
    ///
    /// - Parameter completion: called once, from `drainCompletions`. Until then the only calls are those that read.
    public func commit(completion: @escaping (Result<Void, StoreError>) -> Void) {
        switch state {
        case .open:
            state = .away
            commitCompletion = completion
            worker.put(.commit)
        case .broken(let error):
            rollback()
            readyCompletions.append { completion(.failure(error)) }
            worker.wakeOwner()
        default: preconditionFailure("commit without begin")
        }
    }

    /// Forgets the open transaction; without one it does nothing.
    public func rollback() {
        switch state {
        case .open, .broken: break
        default: return
        }
        if writer.isInTransaction { try? writer.statement(.rollback).run() }
        budgetInTransaction = budget
        state = .idle
    }

    /// Some failures end the transaction by themselves; what came after would then be a transaction of its own each. So the
    /// first failure is the last thing that happens in a transaction.
    private func change(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        switch state {
        case .open: break
        case .broken(let error): throw error
        default: preconditionFailure("a change without begin")
        }
        do throws(StoreError) {
            try body()
        } catch {
            state = .broken(error)
            note(error)
            throw error
        }
    }
}

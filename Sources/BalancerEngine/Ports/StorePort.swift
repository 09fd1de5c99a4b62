// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The daemon's memory, as the engine sees it: rows of objects, revisions and metadata in one durable file.
///
/// Between `begin` and `commit` or `rollback` there is one open transaction. Everything is called on the engine's thread;
/// only the durable part of `commit` runs elsewhere, so that a slow disk delays changes and nothing else.
public protocol StorePort: AnyObject {
    /// The newest revision, 0 in a new store.
    func newestRevision() throws(StoreFailure) -> UInt64
    /// The next rows of all objects, in order of kind and position; empty at the end.
    ///
    /// - Parameter limit: how many rows at most; the caller gives its loop a turn between calls.
    func nextObjects(limit: Int) throws(StoreFailure) -> [ObjectRow]
    /// The next rows of the elements of policies, in order of the policies' numbers; empty at the end.
    func nextElements(limit: Int) throws(StoreFailure) -> [ElementRow]
    /// One value of the store's own, nil when it was never set.
    func metadata(_ key: String) throws(StoreFailure) -> [UInt8]?
    /// One revision as of the last commit; nil: there never was one of that number, or it is kept no more.
    func revision(_ number: UInt64) throws(StoreFailure) -> RevisionRow?
    /// The newest revisions before one, newest first, without what they changed; as of the last commit.
    func revisions(before number: UInt64, limit: Int) throws(StoreFailure) -> [RevisionHead]
    /// Keeps this revision and all after it, however many they are; nil: the store's bound alone says what is kept.
    func keep(from revision: UInt64?)

    /// Opens the transaction of a group of changes.
    func begin() throws(StoreFailure)
    /// Opens it in an empty store that takes the place of this one, whatever is wrong with that, when the transaction is
    /// committed and not before: until then, and after `rollback`, all is as it was.
    ///
    /// - Parameter identity: what the new store calls itself; nil: a name of its own.
    func beginAnew(identity: String?) throws(StoreFailure)
    /// Adds or replaces an object.
    func write(_ row: ObjectRow) throws(StoreFailure)
    /// Removes an object; one that is not there is no error.
    func remove(_ key: ObjectKey) throws(StoreFailure)
    /// Adds or replaces an element of a policy.
    func write(_ row: ElementRow) throws(StoreFailure)
    /// Removes an element of a policy; one that is not there is no error.
    func removeElement(of policy: Int64, _ data: [UInt8]) throws(StoreFailure)
    /// Removes all elements of a policy.
    func removeElements(of policy: Int64) throws(StoreFailure)
    /// Adds a revision.
    func append(_ revision: RevisionRow) throws(StoreFailure)
    /// Sets (or with nil removes) a value of the store's own.
    func setMetadata(_ key: String, _ value: [UInt8]?) throws(StoreFailure)
    /// Makes the open transaction durable. On failure it is rolled back.
    ///
    /// - Parameter completion: called once, in a later turn of the loop.
    func commit(completion: @escaping (Result<Void, StoreFailure>) -> Void)
    /// Forgets the open transaction.
    func rollback()
}

/// Which object a row belongs to.
public struct ObjectKey: Hashable, Sendable {
    /// Kinds are stored as their raw value.
    public enum Kind: String, Sendable, CaseIterable {
        /// A farm without its backends; `id` is the farm's number.
        case farm
        /// A backend; `id` is its number, `parent` its farm's.
        case backend
        /// An address outside of farms; `id` is its number among shared objects.
        case address
        /// A policy; `id` is its number among shared objects.
        case policy
        /// A cluster; `id` is its number among shared objects.
        case cluster
    }

    /// What it is.
    public var kind: Kind
    /// Its number: unique in its kind, never used again while the kernel may still name it.
    public var id: Int64

    /// Names an object.
    public init(kind: Kind, id: Int64) {
        self.kind = kind
        self.id = id
    }
}

/// One object as it is stored.
public struct ObjectRow: Equatable, Sendable {
    /// Kind and number.
    public var key: ObjectKey
    /// The number of the object it belongs to, 0 for none.
    public var parent: Int64
    /// Its place among its siblings, growing in order of creation.
    public var position: Int64
    /// Its name.
    public var name: String
    /// The object in the native dialect, JSON.
    public var body: [UInt8]

    /// Makes a row.
    public init(key: ObjectKey, parent: Int64, position: Int64, name: String, body: [UInt8]) {
        self.key = key
        self.parent = parent
        self.position = position
        self.name = name
        self.body = body
    }
}

/// Why the store did not do what was asked.
public struct StoreFailure: Error, Equatable, Sendable {
    /// What the caller can make of it.
    public enum Kind: Sendable {
        /// The file is not what it should be: no change is accepted until it is restored.
        case damaged
        /// Another process has the file.
        case inUse
        /// The disk is full, or reading or writing failed.
        case inputOutput
    }

    /// What the caller can make of it.
    public var kind: Kind
    /// The words of the library or the system.
    public var message: String

    /// Makes a failure.
    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}

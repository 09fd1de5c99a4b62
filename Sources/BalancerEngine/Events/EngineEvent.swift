// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Something that happened, for those who watch.
public struct EngineEvent: Equatable, Sendable {
    /// Grows with each event, also over restarts: it begins with the clock on the wall.
    public var sequence: UInt64
    /// Seconds since 1970, UTC.
    public var time: Int64
    /// The newest acknowledged revision once it had happened.
    public var revision: UInt64
    /// What happened.
    public var content: EventContent

    /// Makes an event.
    public init(sequence: UInt64, time: Int64, revision: UInt64, content: EventContent) {
        self.sequence = sequence
        self.time = time
        self.revision = revision
        self.content = content
    }
}

/// What can happen.
public enum EventContent: Equatable, Sendable {
    /// What is declared is another: in the kernel and on disk.
    case changed(ChangedObjects, author: Author, comment: String?)
    /// A change was refused.
    case refused(BalancerError, author: Author, comment: String?)
    /// A farm, or one of its backends, does otherwise than before.
    case state(StateEvent)
    /// Another program had changed our tables; they were corrected. Who it was, when the kernel said.
    case drift(author: String?, elements: Int, objects: Int)
    /// A backend that was drained serves nobody any more; so many connections were cut because its time was up.
    case drained(farm: Name, backend: Name, cut: Int)
    /// A limit of a farm has refused packets since the last look; so many.
    case limit(farm: Name, limit: String, packets: UInt64)
    /// Learnt sessions were forgotten because somebody asked for it.
    case session(farm: Name, backend: Name?, client: String?, forgotten: Int)
}

/// Which objects a change was about.
public struct ChangedObjects: Equatable, Sendable {
    /// The most paths that are kept.
    public static let pathLimit = 100

    /// The objects' paths, the first `pathLimit` of them.
    public private(set) var paths: [ObjectPath]
    /// How many there are.
    public private(set) var count: Int

    /// The first of so many.
    public init(paths: [ObjectPath] = [], count: Int? = nil) {
        self.paths = Array(paths.prefix(Self.pathLimit))
        self.count = count ?? paths.count
    }

    /// One more.
    mutating func append(_ path: ObjectPath) {
        count += 1
        if paths.count < Self.pathLimit { paths.append(path) }
    }
}

/// The step of a farm or a backend from one operational state to another.
public struct StateEvent: Equatable, Sendable {
    /// The farm.
    public var farm: Name
    /// The backend; nil: it is about the farm.
    public var backend: Name?
    /// How it did.
    public var before: Condition.State
    /// How it does, and why.
    public var after: Condition

    /// Makes a step.
    public init(farm: Name, backend: Name? = nil, before: Condition.State, after: Condition) {
        self.farm = farm
        self.backend = backend
        self.before = before
        self.after = after
    }
}

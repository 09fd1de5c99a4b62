// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// Kinds of events.
public enum EventKind: String, WordValue {
    /// What is declared is another, in the kernel and on disk.
    case changed
    /// A change was refused.
    case refused
    /// A farm or a backend does otherwise than before.
    case state
    /// Another program had changed our tables; they were corrected.
    case drift
    /// A backend that was drained serves nobody any more.
    case drained
    /// A limit of a farm refused packets.
    case limit
    /// Learnt sessions were forgotten on request.
    case session
    /// Events before this one are forgotten.
    case lost
}

/// Something that happened. Which fields there are depends on its kind.
public struct WatchedEvent: Record, Hashable {
    /// Its kind.
    public var event = EventKind.lost
    /// Its place in the stream; nil: it comes from the history.
    public var sequence: UInt64?
    /// The newest revision once it had happened; of a change, its own.
    public var revision: UInt64 = 0
    /// When it happened, in seconds since 1970.
    public var time: UInt64 = 0
    /// The farm it is about.
    public var farm: String?
    /// The backend it is about.
    public var backend: String?
    /// The client it is about.
    public var client: String?
    /// The objects that a change was about, the first hundred.
    public var paths: [String]?
    /// Of how many objects, elements, sessions, packets or connections it tells.
    public var count: UInt64?
    /// How many chains and sets were corrected.
    public var objects: UInt64?
    /// How it did.
    public var before: OperationalState?
    /// How it does.
    public var operational: OperationalState?
    /// The kind of a refusal.
    public var kind: String?
    /// The place that a refusal is about.
    public var path: String?
    /// Why.
    public var reason: String?
    /// Which limit.
    public var limit: String?
    /// The author's user id.
    public var user: UInt64?
    /// The author's process id.
    public var process: UInt64?
    /// How it came.
    public var origin: String?
    /// Which program it was.
    public var author: String?
    /// What the author wrote about it.
    public var comment: String?

    /// Nothing.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<WatchedEvent>] = [
        .required("event", \.event, "What happened."),
        .optional("sequence", \.sequence, "Its place in the stream; missing where it comes from the history."),
        .required(
            "revision", \.revision,
            "The newest revision once it had happened; of `changed`, its own; of `lost`, that behind which changes come next."
        ),
        .required("time", \.time, "When it happened, in seconds since 1970."),
        .optional("farm", \.farm, "The farm it is about."),
        .optional("backend", \.backend, "The backend it is about."),
        .optional("client", \.client, "The client it is about."),
        .optional("paths", \.paths, "Of `changed`: the objects, the first hundred of them."),
        .optional(
            "count", \.count,
            "How many: objects (changed), elements (drift), packets (limit), sessions (session), connections cut (drained)."
        ),
        .optional("objects", \.objects, "Of `drift`: how many chains and sets were corrected."),
        .optional("before", \.before, "Of `state`: how it did."),
        .optional("operational", \.operational, "Of `state`: how it does."),
        .optional("kind", \.kind, "Of `refused`: the kind of the error."),
        .optional("path", \.path, "Of `refused`: the place in the configuration that it is about."),
        .optional("reason", \.reason, "Why: of `refused`, `state` and `lost`."),
        .optional("limit", \.limit, "Of `limit`: which one."),
        .optional("user", \.user, "The author's user id."),
        .optional("process", \.process, "The author's process id."),
        .optional("origin", \.origin, "How it came, as in configuration.history."),
        .optional("author", \.author, "Of `drift`: which program it was, where the kernel said."),
        .optional("comment", \.comment, "What the author wrote about it."),
    ]
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `configuration.history`: which changes were made, by whom, and when.
public enum ConfigurationHistory: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "configuration.history",
        summary: "Lists the revisions that are kept, the newest first; the last 10,000 or 64 MiB are.",
        role: .reader,
        errors: [.storage])

    /// Without parameters: the newest ones.
    public struct Parameters: Record, Hashable {
        /// The most revisions of the page; nil: as many as a reply holds.
        public var limit: PageLimit?
        /// The page begins behind this revision.
        public var cursor: UInt64?

        /// The newest ones.
        public init() {}

        /// A page.
        public init(limit: PageLimit?, cursor: UInt64? = nil) {
            self.limit = limit
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional("limit", \.limit, "The most revisions of this page; a reply never has more than 1,000."),
            .optional("cursor", \.cursor, "Goes on where the reply with this cursor ended."),
        ]
    }

    /// A page of revisions.
    public struct Result: Record, Hashable {
        /// The revisions, the newest first.
        public var revisions: [RevisionEntry] = []
        /// Set when there is more.
        public var cursor: UInt64?

        /// No revisions.
        public init() {}

        /// Revisions, and whether there is more.
        public init(_ revisions: [RevisionEntry], cursor: UInt64?) {
            self.revisions = revisions
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revisions", \.revisions, "The revisions, the newest first."),
            .optional("cursor", \.cursor, "There is more: pass this to get it."),
        ]
    }
}

/// A revision as the history lists it.
public struct RevisionEntry: Record, Hashable {
    /// Its number.
    public var revision: UInt64 = 0
    /// Seconds since 1970, UTC.
    public var time: UInt64 = 0
    /// The author's user id.
    public var user: UInt64 = 0
    /// The author's group id.
    public var group: UInt64 = 0
    /// The author's process id.
    public var process: UInt64 = 0
    /// How it came.
    public var origin = ""
    /// How many objects it changed.
    public var objects: UInt64 = 0
    /// What the author wrote about it.
    public var comment: String?

    /// Revision 0.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<RevisionEntry>] = [
        .required("revision", \.revision, "Its number; consecutive, from 1."),
        .required("time", \.time, "When it was made, in seconds since 1970."),
        .required("user", \.user, "The author's user id."),
        .required("group", \.group, "The author's group id."),
        .required("process", \.process, "The author's process id; it may be another process's by now."),
        .required(
            "origin", \.origin,
            "How it came: rpc or rpc-readonly (the socket), configuration (a file at the start), or what the daemon did by "
                + "itself: expiry (elements ended), confirmation (nobody confirmed a change in time)."),
        .required("objects", \.objects, "How many objects it changed."),
        .optional("comment", \.comment, "What the author wrote about it."),
    ]
}

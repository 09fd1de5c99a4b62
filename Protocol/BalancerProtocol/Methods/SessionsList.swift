// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `sessions.list`: which clients of a farm are known again, and how long.
public enum SessionsList: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "sessions.list",
        summary: "Lists the sessions of a farm: those of the configuration, then those that the kernel has learnt.",
        role: .reader,
        errors: [.notFound, .busy, .storage])

    /// A farm.
    public struct Parameters: Record, Hashable {
        /// The farm.
        public var farm = ""
        /// Sessions of this backend alone; nil: of all.
        public var backend: String?
        /// The most sessions of the page; nil: as many as a reply holds.
        public var limit: PageLimit?
        /// The page begins behind this client.
        public var cursor: String?

        /// No farm.
        public init() {}

        /// A farm's sessions.
        public init(farm: String, backend: String? = nil, limit: PageLimit? = nil, cursor: String? = nil) {
            self.farm = farm
            self.backend = backend
            self.limit = limit
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .required("farm", \.farm, "The farm."),
            .optional("backend", \.backend, "Only sessions of this backend."),
            .optional("limit", \.limit, "The most sessions of this page; a reply never has more than 50,000."),
            .optional("cursor", \.cursor, "Goes on where the reply with this cursor ended."),
        ]
    }

    /// A page of sessions.
    public struct Result: Record, Hashable {
        /// The sessions, those of the configuration first, each part in the order of the clients' text.
        public var sessions: [SessionStatus] = []
        /// Set when there is more.
        public var cursor: String?

        /// No sessions.
        public init() {}

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("sessions", \.sessions, "The sessions in the order of the clients' text, static ones first."),
            .optional("cursor", \.cursor, "There is more: pass this to get it."),
        ]
    }
}

/// A client that is known again.
public struct SessionStatus: Record, Hashable {
    /// The client as it is written in a configuration; nil where the kernel has only hashes of it.
    public var client: String?
    /// The backend; nil where it serves nobody any more.
    public var backend: String?
    /// Whether the configuration says so.
    public var isStatic = false
    /// Milliseconds until it is forgotten unless a packet comes; nil for a static session.
    public var remaining: UInt64?

    /// Nobody.
    public init() {}

    /// A client that is known again.
    public init(client: String?, backend: String?, isStatic: Bool, remaining: UInt64?) {
        self.client = client
        self.backend = backend
        self.isStatic = isStatic
        self.remaining = remaining
    }

    /// What goes over the wire.
    public static let fields: [Field<SessionStatus>] = [
        .optional(
            "client", \.client,
            "The fields of the farm's persistence joined with \" . \"; missing where the kernel has only hashes of them."
        ),
        .optional("backend", \.backend, "Its backend; missing where that one serves nobody any more."),
        .required("static", \.isStatic, "Whether it stands in the configuration."),
        .optional(
            "remaining", \.remaining, "Milliseconds until it is forgotten unless a packet comes; learnt sessions only."),
    ]
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `events.watch`: what happens, as it happens.
public enum EventsWatch: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "events.watch",
        summary:
            "Sends what happens as notifications `events.event` (parameters: the schema Event), behind its answer and until the "
            + "connection ends. Events are in order; who comes again with the last sequence and revision it had misses none and gets none twice.",
        role: .reader,
        errors: [.conflict])

    /// The notification's method.
    public static let notification = "events.event"

    /// Without parameters: from now on.
    public struct Parameters: Record, Hashable {
        /// What came behind this event comes first.
        public var after: UInt64?
        /// What came behind this revision comes first.
        public var since: UInt64?

        /// From now on.
        public init() {}

        /// From an event or a revision on.
        public init(after: UInt64? = nil, since: UInt64? = nil) {
            self.after = after
            self.since = since
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional(
                "after", \.after, "The sequence of the last event that is known: what came behind it comes first."),
            .optional(
                "since", \.since,
                "A revision: what came behind it comes first, changes from the history. With `after` it counts where that "
                    + "event is forgotten, as after a restart of the daemon; then an event `lost` says so."),
        ]
    }

    /// Where the stream begins.
    public struct Result: Record, Hashable {
        /// The current revision.
        public var revision: UInt64 = 0
        /// The sequence of the last event before the first one that is sent.
        public var sequence: UInt64 = 0

        /// Nowhere.
        public init() {}

        /// A place.
        public init(revision: UInt64, sequence: UInt64) {
            self.revision = revision
            self.sequence = sequence
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The current revision."),
            .required(
                "sequence", \.sequence,
                "To be passed as `after` by who loses the connection before the first event."),
        ]
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `statistics.get`: what traffic has counted.
public enum StatisticsGet: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "statistics.get",
        summary: "Returns connections, packets and bytes of every farm, backend and policy, or of some farms.",
        role: .reader,
        errors: [.notFound, .conflict, .limit, .refusedByKernel])

    /// Without parameters: everything in one reply.
    public struct Parameters: Record, Hashable {
        /// The most farms of the page; nil: all.
        public var limit: PageLimit?
        /// Where the page begins.
        public var cursor: ListingCursor?
        /// The farms wanted; nil: all.
        public var farms: [String]?
        /// Whether the daemon's own figures are wanted, too.
        public var service = false
        /// Whether farms are wanted as rows.
        public var rows = false
        /// Whether rows have sessions.
        public var sessions = false
        /// Whether rows have established connections.
        public var established = false

        /// Everything of farms.
        public init() {}

        /// A page.
        public init(
            limit: PageLimit?, cursor: ListingCursor? = nil, farms: [String]? = nil, service: Bool = false,
            rows: Bool = false, sessions: Bool = false, established: Bool = false
        ) {
            self.limit = limit
            self.cursor = cursor
            self.farms = farms
            self.service = service
            self.rows = rows
            self.sessions = sessions
            self.established = established
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional("limit", \.limit, "The most farms of this page; without it, all."),
            .optional(
                "cursor", \.cursor,
                "Goes on where the reply with this cursor ended, with figures of the same moment, whatever has changed "
                    + "since; `conflict` when it was given out longer than 30 seconds ago."),
            .optional(
                "farms", \.farms,
                "The farms wanted, in this order; without it, all. With a cursor it is left out: the listing has them."),
            .defaulting("service", \.service, false, "Whether the daemon's own figures are wanted, too."),
            .defaulting(
                "rows", \.rows, false,
                "Whether farms come as rows, with their states: in few bytes, for monitoring. Then `farms` is empty."),
            .defaulting(
                "sessions", \.sessions, false,
                "Whether rows have the number of their sessions, static and learnt; none has when there are too many."),
            .defaulting(
                "established", \.established, false,
                "Whether rows have the number of their connections that connection tracking knows now."),
        ]
    }

    /// The figures or a page of them.
    public struct Result: Record, Hashable {
        /// The revision they are of.
        public var revision: UInt64 = 0
        /// Set when there is more.
        public var cursor: ListingCursor?
        /// The farms in the order asked for, or of their creation.
        public var farms: [FarmStatistics] = []
        /// The daemon's own figures, where they were asked for.
        public var service: ServiceStatistics?
        /// The farms as rows, where they were asked for.
        public var rows: [FarmRow]?
        /// The policies in order of creation; on the first page alone, and not where farms were named.
        public var policies: [PolicyStatistics]?
        /// The clusters; on the first page alone, and not where farms were named.
        public var clusters: [ClusterStatistics]?

        /// Nothing, at revision 0.
        public init() {}

        /// Figures.
        public init(revision: UInt64, farms: [FarmStatistics], cursor: ListingCursor? = nil) {
            self.revision = revision
            self.farms = farms
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The revision whose farms and backends these are."),
            .optional("cursor", \.cursor, "There is more: pass this to get it."),
            .required("farms", \.farms, "The farms in the order asked for, or in that of their creation."),
            .optional("service", \.service, "The daemon's own figures, where they were asked for."),
            .optional(
                "rows", \.rows,
                "The farms as rows, where they were asked for; a farm that is deleted between two pages is left out."),
            .optional(
                "policies", \.policies,
                "The policies in order of their creation. On the first page alone, and not where farms are named."),
            .optional(
                "clusters", \.clusters,
                "The clusters that the balancer is in. On the first page alone, and not where farms are named."),
        ]
    }
}

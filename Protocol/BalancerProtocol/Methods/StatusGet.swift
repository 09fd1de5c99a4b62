// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `status.get`: what is declared and what is the case, apart.
public enum StatusGet: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "status.get",
        summary: "Returns the administrative and the operational state of every farm and backend, and the reason.",
        role: .reader,
        errors: [.conflict, .limit])

    /// Without parameters: everything in one reply.
    public struct Parameters: Record, Hashable {
        /// The most farms of the page; nil: all.
        public var limit: PageLimit?
        /// Where the page begins.
        public var cursor: PageCursor?
        /// Only farms of these names; nil: all.
        public var farms: [String]?

        /// Everything.
        public init() {}

        /// Some farms.
        public init(farms: [String]) {
            self.farms = farms
        }

        /// A page.
        public init(limit: PageLimit?, cursor: PageCursor? = nil) {
            self.limit = limit
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional("limit", \.limit, "The most farms of this page; without it, all."),
            .optional(
                "cursor", \.cursor,
                "Goes on where the reply with this cursor ended; `conflict` when the revision has changed since."),
            .optional("farms", \.farms, "Only the farms of these names, those of them that there are; without pages."),
        ]
    }

    /// The status or a page of it.
    public struct Result: Record, Hashable {
        /// The revision it is of.
        public var revision: UInt64 = 0
        /// What the daemon does with requests.
        public var state = ServiceState.loading
        /// Why the daemon is degraded.
        public var reason: String?
        /// The change that waits for its confirmation.
        public var confirmation: PendingConfirmation?
        /// Set when there is more.
        public var cursor: PageCursor?
        /// The farms in the order of their creation.
        public var farms: [FarmStatus] = []

        /// Loading, without farms.
        public init() {}

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The revision that this is."),
            .required("state", \.state, "What the daemon does with requests."),
            .optional("reason", \.reason, "Why the daemon is degraded."),
            .optional(
                "confirmation", \.confirmation, "The change that is taken back unless `configuration.confirm` comes."),
            .optional("cursor", \.cursor, "There is more: pass this to get it."),
            .required("farms", \.farms, "The farms in the order of their creation."),
        ]
    }
}

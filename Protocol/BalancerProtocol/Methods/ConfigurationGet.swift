// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
public import JSON

/// `configuration.get`: what is declared, in the form that `configuration.apply` takes.
public enum ConfigurationGet: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "configuration.get",
        summary: "Returns the configuration: names and every value that differs from its default, in canonical order.",
        role: .reader,
        errors: [.notFound, .conflict, .limit, .storage])

    /// Without parameters: everything in one reply.
    public struct Parameters: Record, Hashable {
        /// The most objects of the page; nil: all.
        public var limit: PageLimit?
        /// Where the page begins.
        public var cursor: PageCursor?
        /// Only these objects; nil: all.
        public var only: ObjectSelection?
        /// As it was right after this revision; nil: as it is.
        public var revision: UInt64?

        /// Everything.
        public init() {}

        /// Some objects.
        public init(only: ObjectSelection) {
            self.only = only
        }

        /// A page.
        public init(limit: PageLimit?, cursor: PageCursor? = nil, revision: UInt64? = nil) {
            self.limit = limit
            self.cursor = cursor
            self.revision = revision
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional("limit", \.limit, "The most farms (or policies, or addresses) of this page; without it, all."),
            .optional(
                "cursor", \.cursor,
                "Goes on where the reply with this cursor ended; `conflict` when the revision has changed since."),
            .optional("only", \.only, "Only these objects, those of them that there are; without pages."),
            .optional(
                "revision", \.revision,
                "The configuration as it was right after this revision, as long as `configuration.history` lists what came "
                    + "after it; without it, the current one."),
        ]
    }

    /// The configuration or a page of it.
    public struct Result: Record, Hashable {
        /// The revision it is of.
        public var revision: UInt64 = 0
        /// The configuration in the native dialect.
        public var configuration = JSONObject()
        /// Set when there is more.
        public var cursor: PageCursor?

        /// Nothing, at revision 0.
        public init() {}

        /// A configuration.
        public init(revision: UInt64, configuration: JSONObject, cursor: PageCursor? = nil) {
            self.revision = revision
            self.configuration = configuration
            self.cursor = cursor
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The revision that this is."),
            .required(
                "configuration", \.configuration,
                "The configuration; applied with mode `replace` it changes nothing. Of pages, lists are joined.",
                schema: .reference("Configuration")),
            .optional("cursor", \.cursor, "There is more: pass this to get it."),
        ]
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// `configuration.apply`: the one way to change what is declared. All or nothing.
public enum ConfigurationApply: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "configuration.apply",
        summary: "Changes the configuration, all or nothing; answers when the kernel and the disk have it.",
        role: .operator,
        errors: ErrorKind.allCases)

    /// What to change: either a configuration or a list of changes.
    public struct Parameters: Record, Hashable {
        /// A configuration in the native dialect.
        public var configuration: JSONObject?
        /// Changes, applied in their order, as one.
        public var changes: [JSONObject]?
        /// What happens to what the configuration lacks.
        public var mode = ApplyMode.merge
        /// Refused with `conflict` unless this is the current revision.
        public var ifRevision: UInt64?
        /// Says what would be done, and does nothing.
        public var dryRun = false
        /// Kept with the revision.
        public var comment: String?
        /// Taken back unless it is confirmed within so many seconds.
        public var confirmWithin: ConfirmationTime?

        /// Nothing yet; one of `configuration` and `changes` must be set.
        public init() {}

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional(
                "configuration", \.configuration,
                "A configuration; objects are found by name. Either this or `changes`.",
                schema: .reference("Configuration")),
            .optional(
                "changes", \.changes,
                "Changes, applied in their order, as one; at most \(JSONObject.maximumCount). Either this or `configuration`.",
                schema: .array(of: .reference("Change")).with("maxItems", .integer(Int64(JSONObject.maximumCount)))),
            .defaulting(
                "mode", \.mode, .merge,
                "merge: only the keys given change; replace: what the configuration lacks is deleted."),
            .optional("ifRevision", \.ifRevision, "Refused with `conflict` unless this is the current revision."),
            .defaulting("dryRun", \.dryRun, false, "Nothing changes; the result says what would be done."),
            .optional("comment", \.comment, "Kept with the revision."),
            .optional("confirmWithin", \.confirmWithin, ConfirmationTime.summary),
        ]

        /// What was asked for, with the changes decoded.
        public enum Content: Sendable {
            /// A configuration.
            case configuration(JSONObject, ApplyMode)
            /// Changes.
            case changes([Change])
        }

        /// The longest comment, in bytes.
        public static let commentLimit = 4_096

        /// Refuses a comment that is too long to be kept.
        public static func check(comment: String?, of method: String) throws(RPCError) {
            guard let comment, comment.utf8.count > commentLimit else { return }
            throw .invalidParameters("\(method): 'comment' is longer than \(commentLimit) bytes")
        }

        /// Checks what single fields cannot: exactly one content, a mode that means something, changes that are such.
        public func content() throws(RPCError) -> Content {
            try Self.check(comment: comment, of: name)
            switch (configuration, changes) {
            case (let configuration?, nil):
                return .configuration(configuration, mode)
            case (nil, let changes?):
                guard mode == .merge else {
                    throw .invalidParameters("\(name): 'mode' replace needs 'configuration', not 'changes'")
                }
                do throws(BalancerError) {
                    var decoded: [Change] = []
                    for (index, change) in changes.enumerated() {
                        decoded.append(try Change(json: .object(change), at: ObjectPath(["changes", "\(index)"])))
                    }
                    return .changes(decoded)
                } catch {
                    throw RPCError(error)
                }
            case (nil, nil), (.some, .some):
                throw .invalidParameters("\(name): exactly one of 'configuration' and 'changes' is needed")
            }
        }
    }

    /// What was done.
    public struct Result: Record, Hashable {
        /// The revision that the change became; of a dry run, the current one.
        public var revision: UInt64 = 0
        /// Of a dry run: the transactions as nft text.
        public var transaction: String?
        /// How many seconds the change waits for its confirmation; nil: it stays as it is.
        public var confirmWithin: UInt64?

        /// Revision 0.
        public init() {}

        /// A revision.
        public init(revision: UInt64, transaction: String? = nil) {
            self.revision = revision
            self.transaction = transaction
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The revision that this became; an empty change makes none."),
            .optional(
                "transaction", \.transaction,
                "With dryRun: the elements and rules as nft text, those that are taken away a moment later last."),
            .optional(
                "confirmWithin", \.confirmWithin,
                "The change is taken back after so many seconds unless `configuration.confirm` comes. Missing: nothing "
                    + "waits, also where it was asked for but nothing has changed."),
        ]
    }
}

extension ApplyMode: WordValue {}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `configuration.rollback`: the configuration as it was right after a revision, as a new revision.
public enum ConfigurationRollback: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "configuration.rollback",
        summary:
            "Makes the configuration what it was right after a revision: a change like any other, all or nothing, with a "
            + "revision of its own. Objects stay who they are: sessions and counters are kept.",
        role: .administrator,
        errors: ErrorKind.allCases)

    /// Where to go back to.
    public struct Parameters: Record, Hashable {
        /// The revision.
        public var revision: UInt64 = 0
        /// Refused with `conflict` unless this is the current revision.
        public var ifRevision: UInt64?
        /// Says what would be done, and does nothing.
        public var dryRun = false
        /// Kept with the new revision.
        public var comment: String?
        /// Taken back unless it is confirmed within so many seconds.
        public var confirmWithin: ConfirmationTime?

        /// Back to nothing at all.
        public init() {}

        /// Back to a revision.
        public init(revision: UInt64) {
            self.revision = revision
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .required("revision", \.revision, "The revision; 0 is the empty configuration before the first one."),
            .optional("ifRevision", \.ifRevision, "Refused with `conflict` unless this is the current revision."),
            .defaulting("dryRun", \.dryRun, false, "Nothing changes; the result says what would be done."),
            .optional("comment", \.comment, "Kept with the revision."),
            .optional("confirmWithin", \.confirmWithin, ConfirmationTime.summary),
        ]
    }

    /// What was done.
    public typealias Result = ConfigurationApply.Result
}

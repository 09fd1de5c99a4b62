// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `configuration.confirm`: the change that waits for it stays.
public enum ConfigurationConfirm: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "configuration.confirm",
        summary: "Keeps the change that was applied with `confirmWithin` and would be taken back otherwise.",
        role: .operator,
        errors: [.notFound, .conflict, .storage])

    /// Whatever waits, or one revision.
    public struct Parameters: Record, Hashable {
        /// Refused with `conflict` unless this is the revision that waits.
        public var revision: UInt64?

        /// Whatever waits.
        public init() {}

        /// This revision.
        public init(revision: UInt64) {
            self.revision = revision
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .optional("revision", \.revision, "Refused with `conflict` unless this is the revision that waits.")
        ]
    }

    /// What was kept.
    public struct Result: Record, Hashable {
        /// The current revision.
        public var revision: UInt64 = 0

        /// Revision 0.
        public init() {}

        /// A revision.
        public init(revision: UInt64) {
            self.revision = revision
        }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The current revision; it stays.")
        ]
    }
}

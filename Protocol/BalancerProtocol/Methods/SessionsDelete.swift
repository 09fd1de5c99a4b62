// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `sessions.delete`: forgets what the kernel has learnt of a farm's clients.
public enum SessionsDelete: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "sessions.delete",
        summary: "Forgets learnt sessions of a farm: of one client, of one backend, or all. Connections go on.",
        role: .operator,
        errors: [.notFound, .invalid, .busy])

    /// A farm, and which of its sessions.
    public struct Parameters: Record, Hashable {
        /// The farm.
        public var farm = ""
        /// This client's alone.
        public var client: String?
        /// Those of this backend alone.
        public var backend: String?
        /// Only counts them.
        public var dryRun = false

        /// No farm.
        public init() {}

        /// A farm's sessions.
        public init(farm: String, client: String? = nil, backend: String? = nil, dryRun: Bool = false) {
            self.farm = farm
            self.client = client
            self.backend = backend
            self.dryRun = dryRun
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .required("farm", \.farm, "The farm."),
            .optional(
                "client", \.client, "Only this client's session: the fields of the persistence, joined with \" . \"."),
            .optional("backend", \.backend, "Only sessions of this backend."),
            .defaulting("dryRun", \.dryRun, false, "Nothing is forgotten; the result says how many would be."),
        ]
    }

    /// What was done.
    public struct Result: Record, Hashable {
        /// How many sessions were forgotten.
        public var deleted: UInt64 = 0

        /// Nothing.
        public init() {}

        /// A number of sessions.
        public init(deleted: UInt64) { self.deleted = deleted }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("deleted", \.deleted, "How many sessions were forgotten; 0 where none was known.")
        ]
    }
}

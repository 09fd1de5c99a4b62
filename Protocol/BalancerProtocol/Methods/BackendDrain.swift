// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `backend.drain`: takes a backend out of service without hurting anybody before a deadline.
public enum BackendDrain: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "backend.drain",
        summary:
            "Takes a backend out of service: no new clients from now on, known ones stay; at the deadline the rest is cut, and "
            + "the backend is down. Setting its state gives the drain up.",
        role: .operator,
        errors: [.notFound, .invalid, .conflict, .busy, .storage, .refusedByKernel])

    /// A backend and a deadline.
    public struct Parameters: Record, Hashable {
        /// The farm.
        public var farm = ""
        /// Its backend.
        public var backend = ""
        /// How many seconds those who are there may stay.
        public var deadline: UInt64 = 0
        /// Refused with `conflict` unless this is the current revision.
        public var ifRevision: UInt64?
        /// Kept with the revision.
        public var comment: String?

        /// No backend.
        public init() {}

        /// A backend.
        public init(farm: String, backend: String, deadline: UInt64) {
            self.farm = farm
            self.backend = backend
            self.deadline = deadline
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .required("farm", \.farm, "The farm."),
            .required("backend", \.backend, "Its backend."),
            .required(
                "deadline", \.deadline,
                "How many seconds those who are there may stay. A drain ends before when nobody is left."),
            .optional("ifRevision", \.ifRevision, "Refused with `conflict` unless this is the current revision."),
            .optional("comment", \.comment, "Kept with the revision."),
        ]
    }

    /// What was done.
    public struct Result: Record, Hashable {
        /// The revision that it became.
        public var revision: UInt64 = 0

        /// Revision 0.
        public init() {}

        /// A revision.
        public init(revision: UInt64) { self.revision = revision }

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("revision", \.revision, "The revision that the beginning of the drain became.")
        ]
    }
}

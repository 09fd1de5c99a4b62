// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// What a request failed with: JSON-RPC's own codes, or one of ours, which is an ``ErrorKind`` of the model.
public struct RPCError: Error, Sendable, Hashable {
    /// The number on the wire.
    public var code: Int

    /// One sentence for people.
    public var message: String

    /// What programs need to know; every error of ours has it.
    public var details: Details?

    /// The member `data` of an error.
    public struct Details: Sendable, Hashable {
        /// The kind of failure; nil when JSON-RPC's code says it all, or when a newer server says a kind unknown here.
        public var kind: ErrorKind?
        /// The place in the configuration.
        public var path: ObjectPath?
        /// Why, without the place.
        public var reason: String
        /// What to do about it.
        public var hint: String?

        /// Details with what is known.
        public init(kind: ErrorKind?, path: ObjectPath? = nil, reason: String, hint: String? = nil) {
            self.kind = kind
            self.path = path
            self.reason = reason
            self.hint = hint
        }
    }

    /// An error of any code.
    public init(code: Int, message: String, details: Details? = nil) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// The kind of failure, when it is one of ours.
    public var kind: ErrorKind? { details?.kind }
}

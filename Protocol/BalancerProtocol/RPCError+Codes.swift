// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension RPCError {
    /// JSON-RPC 2.0's own codes, section 5.1.
    public enum StandardCode {
        /// The payload is not JSON.
        public static let parseError = -32700
        /// The JSON is not a request.
        public static let invalidRequest = -32600
        /// There is no such method.
        public static let methodNotFound = -32601
        /// A parameter is unknown, missing or of a wrong type.
        public static let invalidParameters = -32602
        /// The server broke a promise to itself.
        public static let internalError = -32603
    }

    /// The code of a kind: -32001 and down, in the range that JSON-RPC leaves to servers (-32000 … -32099).
    public static func code(of kind: ErrorKind) -> Int {
        switch kind {
        case .notFound: -32001
        case .invalid: -32002
        case .conflict: -32003
        case .unsupported: -32004
        case .refusedByKernel: -32005
        case .notPermitted: -32006
        case .limit: -32007
        case .busy: -32008
        case .storage: -32009
        }
    }

    /// An error of the model or the engine, as it goes over the wire. The place opens the sentence for people.
    public init(_ error: BalancerError) {
        self.init(
            code: Self.code(of: error.kind),
            message: error.path.map { "\($0): \(error.reason)" } ?? error.reason,
            details: Details(kind: error.kind, path: error.path, reason: error.reason, hint: error.hint))
    }

    /// An error of ours without a place in the configuration.
    public init(kind: ErrorKind, reason: String, hint: String? = nil) {
        self.init(BalancerError(kind: kind, path: nil, reason: reason, hint: hint))
    }

    /// The payload is not JSON.
    public static func parseError(_ reason: String) -> RPCError {
        RPCError(code: StandardCode.parseError, message: "not JSON: \(reason)")
    }

    /// The JSON is not a request.
    public static func invalidRequest(_ reason: String) -> RPCError {
        RPCError(code: StandardCode.invalidRequest, message: "not a request: \(reason)")
    }

    /// This version has no such method.
    public static func methodNotFound(_ method: String) -> RPCError {
        let reason = "there is no method '\(method)'"
        return RPCError(
            code: StandardCode.methodNotFound, message: reason,
            details: Details(kind: nil, reason: reason, hint: "rpc.discover lists the methods"))
    }

    /// A parameter is unknown, missing or of a wrong type.
    public static func invalidParameters(_ reason: String, hint: String? = nil) -> RPCError {
        RPCError(
            code: StandardCode.invalidParameters, message: reason,
            details: Details(kind: .invalid, reason: reason, hint: hint))
    }

    /// The server broke a promise to itself.
    public static func internalError(_ reason: String) -> RPCError {
        RPCError(code: StandardCode.internalError, message: reason)
    }

    /// A request longer than the socket takes; it was discarded, and the connection goes on.
    public static func oversizedFrame(length: Int, limit: Int) -> RPCError {
        RPCError(
            kind: .limit, reason: "a frame of \(length) bytes, \(limit) are accepted",
            hint: "split the request; changes need the socket that is not read-only")
    }

    /// A reply longer than a server sends.
    public static let oversizedReply = RPCError(
        kind: .limit, reason: "the reply is longer than \(Frame.replyLimit) bytes",
        hint: "ask for pages with `limit`, and go on with the `cursor` of each reply")
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
package import JSON

/// What a frame asks of a server, by JSON-RPC 2.0: one call or several. Reading it never fails: what cannot be read
/// is a call whose answer is already known.
public enum IncomingMessage: Sendable, Hashable {
    /// One call, answered by one response (none for a notification).
    case single(Call)

    /// Several, answered by an array in their order, without the notifications; by nothing when none is left.
    /// A batch is not a transaction: every member succeeds or fails by itself.
    case batch([Call])

    /// One member.
    public enum Call: Sendable, Hashable {
        /// To be answered by a method.
        case request(Request)
        /// Not a request: this is the answer.
        case unusable(Response)
    }

    /// The most members of a batch.
    public static let batchLimit = 1_000

    /// The deepest nesting of arrays and objects in a message.
    public static let depthLimit = 64

    /// Reads the payload of a frame.
    public init(parsing payload: [UInt8]) {
        do {
            self.init(json: try JSONValue(parsing: payload, options: .forMessages))
        } catch {
            self.init(error)
        }
    }

    /// What is no JSON.
    init(_ error: JSONError) {
        self = .single(.unusable(Response(id: .null, error: .parseError("\(error)"))))
    }

    init(json: JSONValue) {
        guard let members = json.array else {
            self = .single(Call(json: json))
            return
        }
        guard members.isEmpty == false else {
            self = .single(.unusable(Response(id: .null, error: .invalidRequest("the batch is empty"))))
            return
        }
        guard members.count <= Self.batchLimit else {
            let error = RPCError(
                kind: .limit, reason: "a batch of \(members.count) members, \(Self.batchLimit) are accepted",
                hint: "send several batches, or single requests without waiting for each reply")
            self = .single(.unusable(Response(id: .null, error: error)))
            return
        }
        self = .batch(members.map(Call.init(json:)))
    }
}

extension IncomingMessage.Call {
    package init(json: JSONValue) {
        // An id that is readable is echoed even when the rest is not a request, so that a client finds its mistake.
        let id = json.object?["id"].flatMap(RequestID.init(json:)) ?? .null
        do {
            self = .request(try Request(json: json))
        } catch {
            self = .unusable(Response(id: id, error: error))
        }
    }
}

extension Request {
    /// Reads one request. Members that JSON-RPC does not know are ignored.
    init(json: JSONValue) throws(RPCError) {
        guard let object = json.object else { throw .invalidRequest("it is not an object") }
        guard object["jsonrpc"] == "2.0" else { throw .invalidRequest("`jsonrpc` is not \"2.0\"") }
        guard let method = object["method"]?.string else { throw .invalidRequest("`method` is not a string") }
        var identifier: RequestID?
        if let value = object["id"] {
            guard let id = RequestID(json: value) else {
                throw .invalidRequest(
                    "`id` is not null, a number or a string of at most \(RequestID.lengthLimit) bytes")
            }
            identifier = id
        }
        let parameters: RequestParameters
        switch object["params"] {
        case nil: parameters = .none
        case .object(let named): parameters = .named(named)
        case .array(let positional): parameters = .positional(positional)
        default: throw .invalidRequest("`params` is neither an object nor an array")
        }
        self.init(id: identifier, method: method, parameters: parameters)
    }
}

extension JSONReader.Options {
    /// How messages are read, on both sides.
    static var forMessages: JSONReader.Options {
        var options = JSONReader.Options()
        options.maximumDepth = IncomingMessage.depthLimit
        // Far beyond the longest frame of sense: 65,535 farms of ten backends are eight million values, a million elements of
        // a policy three; memory can reach 40 bytes for each of them.
        options.maximumValues = 16_000_000
        options.maximumElements = 4_000_000
        options.maximumMembers = 10_000
        options.maximumStringBytes = 16 << 20
        return options
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// The value of the member `params` of a request.
public enum RequestParameters: Sendable, Hashable {
    /// There is no such member.
    case none
    /// By name.
    case named(JSONObject)
    /// By position, in the order in which the method declares its parameters.
    case positional([JSONValue])
}

/// A request, or a notification when it has no id.
public struct Request: Sendable, Hashable {
    /// Nil in a notification, which is never answered, not even with an error.
    public var id: RequestID?

    /// The name of the method, `noun.verb`.
    public var method: String

    /// What is passed to the method.
    public var parameters: RequestParameters

    /// A request to `method`.
    public init(id: RequestID?, method: String, parameters: RequestParameters = .none) {
        self.id = id
        self.method = method
        self.parameters = parameters
    }

    /// Whether nobody waits for an answer.
    public var isNotification: Bool { id == nil }

    /// The request as it is written.
    public var json: JSONValue {
        var object = JSONObject()
        object.append("jsonrpc", "2.0")
        if let id { object.append("id", id.json) }
        object.append("method", .string(method))
        switch parameters {
        case .none: break
        case .named(let named): object.append("params", .object(named))
        case .positional(let positional): object.append("params", .array(positional))
        }
        return .object(object)
    }

    /// The frame that asks for this.
    public var frame: [UInt8] {
        var output: [UInt8] = []
        Frame.append(to: &output) { json.write(to: &$0) }
        return output
    }
}

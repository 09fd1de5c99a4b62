// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// The answer to one request.
public struct Response: Sendable, Hashable {
    /// The id of the request; null when it could not be read.
    public var id: RequestID

    /// The result, or why there is none.
    public var outcome: Outcome

    /// Result or error, never both.
    public enum Outcome: Sendable, Hashable {
        /// What the method returned.
        case result(JSONValue)
        /// Why it did not.
        case error(RPCError)
    }

    /// An answer with a result.
    public init(id: RequestID, result: JSONValue) {
        self.id = id
        self.outcome = .result(result)
    }

    /// An answer with an error.
    public init(id: RequestID, error: RPCError) {
        self.id = id
        self.outcome = .error(error)
    }

    /// The answer as it is written. The id comes first, so that a person who reads along knows what is answered.
    public var json: JSONValue {
        var object = JSONObject()
        object.append("jsonrpc", "2.0")
        object.append("id", id.json)
        switch outcome {
        case .result(let result): object.append("result", result)
        case .error(let error): object.append("error", error.json)
        }
        return .object(object)
    }

    /// An answer with a result that is text already, as it is written.
    public static func text(id: RequestID, result: [UInt8]) -> [UInt8] {
        var text = Array(#"{"jsonrpc":"2.0","id":"#.utf8)
        text.reserveCapacity(result.count + 64)
        id.json.write(to: &text)
        text.append(contentsOf: #","result":"#.utf8)
        text.append(contentsOf: result)
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// Reads one response; nil when the object is not one. Members unknown here are ignored.
    public init?(json: JSONValue) {
        guard let object = json.object, object["jsonrpc"] == "2.0",
            let id = object["id"].flatMap(RequestID.init(json:))
        else { return nil }
        switch (object["result"], object["error"]) {
        case (let result?, nil):
            self.init(id: id, result: result)
        case (nil, let error?):
            guard let error = RPCError(json: error) else { return nil }
            self.init(id: id, error: error)
        default:
            return nil
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
public import JSON

extension RPCError {
    /// The member `error` of a response.
    public var json: JSONValue {
        var object = JSONObject()
        object.append("code", .integer(code))
        object.append("message", .string(message.capped))
        if let details { object.append("data", details.json) }
        return .object(object)
    }

    /// Reads the member `error` of a response; nil when it is not one. Members unknown here are ignored.
    public init?(json: JSONValue) {
        guard let object = json.object, let code = object["code"]?.integer, let message = object["message"]?.string
        else { return nil }
        self.init(code: Int(code), message: message, details: object["data"].flatMap(Details.init(json:)))
    }
}

extension RPCError.Details {
    var json: JSONValue {
        var object = JSONObject()
        if let kind { object.append("kind", .string(kind.rawValue)) }
        if let path { object.append("path", .string(path.description.capped)) }
        object.append("reason", .string(reason.capped))
        if let hint { object.append("hint", .string(hint.capped)) }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let object = json.object else { return nil }
        self.init(
            kind: object["kind"]?.string.flatMap(ErrorKind.init(rawValue:)),
            path: object["path"]?.string.flatMap { try? ObjectPath(parsing: $0) },
            reason: object["reason"]?.string ?? "",
            hint: object["hint"]?.string)
    }
}

extension String {
    /// At most 1 KiB of the text: what a client sent comes back in errors, but not without bound.
    var capped: String {
        guard utf8.count > 1_024 else { return self }
        return String(decoding: utf8.prefix(1_021), as: UTF8.self) + "…"
    }
}

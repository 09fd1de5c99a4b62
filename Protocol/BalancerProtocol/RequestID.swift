// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// The id of a request, echoed with its type. A request without one is a notification.
public enum RequestID: Hashable, Sendable {
    /// `null`: allowed by JSON-RPC 2.0, and what a server answers with when it could not read an id.
    case null
    /// A number, echoed as it was spelled.
    case number(JSONNumber)
    /// A string.
    case string(String)

    /// The most bytes of a string or of the text of a number: an id is echoed, so it must not be able to fill a reply.
    public static let lengthLimit = 256

    /// An id from a counter.
    public static func integer(_ value: UInt64) -> RequestID {
        switch JSONValue.integer(value) {
        case .number(let number): .number(number)
        default: .null
        }
    }

    /// Nil for values that JSON-RPC does not allow as an id, and for those longer than ``lengthLimit``.
    public init?(json: JSONValue) {
        switch json {
        case .null: self = .null
        case .number(let number) where number.text.utf8.count <= Self.lengthLimit: self = .number(number)
        case .string(let text) where text.utf8.count <= Self.lengthLimit: self = .string(text)
        case .number, .string, .bool, .array, .object: return nil
        }
    }

    /// The id as it is written.
    public var json: JSONValue {
        switch self {
        case .null: .null
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        }
    }
}

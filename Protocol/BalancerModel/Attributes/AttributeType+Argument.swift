// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

extension AttributeType {
    /// The JSON value that a word of a command line (`KEY=VALUE`) stands for. Only the type is looked at; whether the
    /// value is allowed is decided where it is decoded.
    public func value(fromArgument text: String) throws(InvalidValue) -> JSONValue {
        switch self {
        case .number: return .integer(try AttributeType.number(text))
        case .port: return text.isEmpty ? .null : .integer(try AttributeType.number(text))
        case .boolean:
            switch text {
            case "true", "on", "yes": return .bool(true)
            case "false", "off", "no": return .bool(false)
            default: throw InvalidValue("\"\(text)\" is neither true nor false")
            }
        case .words:
            if text.isEmpty || text == "none" { return .array([]) }
            return .array(text.split(whereSeparator: { $0 == "," || $0 == " " }).map { .string(String($0)) })
        case .ports:
            return .array(
                text.split(separator: ",").map { part in
                    (try? AttributeType.number(String(part))).map { .integer($0) } ?? .string(String(part))
                })
        case .objects(let kind):
            throw InvalidValue("a list of \(kind.rawValue) objects does not fit on a command line")
        case .name, .address, .rate, .logPrefix, .hardwareAddress, .interface, .text, .sessionKey, .addressRange, .word:
            return .string(text)
        }
    }

    private static func number(_ text: String) throws(InvalidValue) -> Int64 {
        guard let number = Int64(text) else { throw InvalidValue("\"\(text)\" is not a whole number") }
        return number
    }
}

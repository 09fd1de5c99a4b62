// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Sendable, Equatable {
        /// The text ends inside a value.
        case unexpectedEnd
        /// This byte cannot stand here.
        case unexpectedByte(UInt8)
        /// Something follows the value.
        case trailingBytes
        /// A string is not UTF-8, or holds half of a surrogate pair.
        case invalidText
        /// An escape that RFC 8259 section 7 does not know.
        case invalidEscape
        /// A control character stands in a string unescaped.
        case controlCharacter
        /// A number that RFC 8259 section 6 does not allow.
        case invalidNumber
        /// A key stands twice in one object.
        case duplicateKey(String)
        /// Arrays and objects are nested more deeply than allowed.
        case tooDeep(limit: Int)
        /// The text is longer than allowed.
        case tooLong(limit: Int)
        /// The text begins with a byte order mark (RFC 8259 section 8.1).
        case byteOrderMark
    }

    /// The byte at which it was noticed, from 0.
    public var offset: Int
    /// What is wrong.
    public var reason: Reason

    /// Describes a fault.
    public init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// A sentence for people.
    public var description: String {
        let what =
            switch reason {
            case .unexpectedEnd: "the text ends too early"
            case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte))"
            case .trailingBytes: "something follows the value"
            case .invalidText: "a string is not valid UTF-8"
            case .invalidEscape: "an invalid escape sequence"
            case .controlCharacter: "a control character in a string"
            case .invalidNumber: "an invalid number"
            case .duplicateKey(let key): "the key \(JSONValue.string(key).text) stands twice"
            case .tooDeep(let limit): "nested more than \(limit) levels deep"
            case .tooLong(let limit): "longer than \(limit) bytes"
            case .byteOrderMark: "a byte order mark"
            }
        return "\(what) at byte \(offset)"
    }

    private static func name(of byte: UInt8) -> String {
        (0x21...0x7e).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }
}

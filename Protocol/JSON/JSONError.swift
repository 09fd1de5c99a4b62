// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Why a text was refused, and where.
public struct JSONError: Error, Sendable, Equatable {
    /// What was wrong.
    public enum Reason: Sendable, Equatable {
        /// The text ends within a value (or is empty).
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// A byte order mark at the start; RFC 8259 section 8.1 lets a reader refuse it.
        case byteOrderMark
        /// A string that is not UTF-8: overlong forms, encoded surrogates and values beyond U+10FFFF too.
        case invalidUTF8
        /// A control character in a string that should have been escaped.
        case controlCharacter(UInt8)
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// One half of a surrogate pair without its other half.
        case loneSurrogate
        /// A number that breaks the grammar of RFC 8259 section 6: `01`, `1.`, `+1`, `.5`.
        case invalidNumber
        /// A key that the object already has.
        case duplicateKey(String)
        /// More arrays and objects in each other than the limit.
        case tooDeep(limit: Int)
        /// More bytes than the limit.
        case tooLong(limit: Int)
        /// More values than the limit.
        case tooManyValues(limit: Int)
        /// A string of more bytes than the limit.
        case tooLongString(limit: Int)
        /// An array of more elements than the limit.
        case tooManyElements(limit: Int)
        /// An object of more members than the limit.
        case tooManyMembers(limit: Int)
        /// Something after the value.
        case trailingBytes
    }

    /// The first byte that is wrong, counted from 0.
    public var offset: Int
    /// What was wrong with it.
    public var reason: Reason

    /// An error at a byte.
    public init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// The line and the column of the error in its text, both counted from 1, the column in bytes.
    public func location(in bytes: some Sequence<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            column += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            }
        }
        return (line, column)
    }
}

extension JSONError: CustomStringConvertible {
    /// "byte 17: the text ends within a value"
    public var description: String {
        "byte \(offset): \(reason)"
    }
}

extension JSONError.Reason: CustomStringConvertible {
    /// The reason in words, without the place.
    public var description: String {
        switch self {
        case .unexpectedEnd: "the text ends within a value"
        case .unexpectedByte(let byte): "\(Self.name(of: byte)) cannot stand here"
        case .byteOrderMark: "a byte order mark is not accepted"
        case .invalidUTF8: "not UTF-8"
        case .controlCharacter(let byte): "\(Self.name(of: byte)) must be escaped in a string"
        case .invalidEscape: "no such escape"
        case .loneSurrogate: "half of a surrogate pair"
        case .invalidNumber: "not a JSON number"
        case .duplicateKey(let key): "the key \(Self.quoted(key)) comes twice"
        case .tooDeep(let limit): "more than \(limit) arrays and objects in each other"
        case .tooLong(let limit): "more than \(limit) bytes"
        case .tooManyValues(let limit): "more than \(limit) values"
        case .tooLongString(let limit): "a string of more than \(limit) bytes"
        case .tooManyElements(let limit): "an array of more than \(limit) elements"
        case .tooManyMembers(let limit): "an object of more than \(limit) members"
        case .trailingBytes: "something follows the value"
        }
    }

    /// A key as JSON writes it: nothing in it can reach a terminal as a control character. Long ones are cut.
    private static func quoted(_ key: String) -> String {
        JSONValue.string(key.utf8.count <= 64 ? key : String(key.prefix(32)) + "…").text
    }

    private static func name(of byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7f { return "'\(Character(Unicode.Scalar(byte)))'" }
        return "byte 0x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}

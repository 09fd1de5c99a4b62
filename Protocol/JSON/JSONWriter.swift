// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How a value is laid out.
public enum JSONStyle: Sendable, Hashable {
    /// Without any white space.
    case compact
    /// A line for each member and element, `indent` spaces for each level, no line end after the last line.
    case pretty(indent: Int)
}

extension JSONValue {
    /// Appends the value as UTF-8.
    public func write(to output: inout [UInt8], style: JSONStyle = .compact) {
        var writer = JSONWriter(indent: nil)
        if case .pretty(let indent) = style { writer.indent = max(0, indent) }
        writer.write(self, to: &output)
    }

    /// The value as UTF-8.
    public func serialized(_ style: JSONStyle = .compact) -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output, style: style)
        return output
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact text.
    public var text: String { String(decoding: serialized(), as: UTF8.self) }

    /// The value as compact text.
    public var description: String { text }
}

/// Writes values as text. What it writes, ``JSONReader`` reads back as equal values.
struct JSONWriter {
    /// Spaces for each level, `nil` for the compact style.
    var indent: Int?
    private var level = 0

    init(indent: Int?) {
        self.indent = indent
    }

    mutating func write(_ value: JSONValue, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let string): Self.write(string, to: &output)
        case .array(let array): write(array, to: &output)
        case .object(let object): write(object, to: &output)
        }
    }

    private mutating func write(_ array: [JSONValue], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        level += 1
        for (position, element) in array.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            startLine(&output)
            write(element, to: &output)
        }
        level -= 1
        if !array.isEmpty { startLine(&output) }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        level += 1
        for (position, member) in object.members.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            startLine(&output)
            Self.write(member.key, to: &output)
            output.append(UInt8(ascii: ":"))
            if indent != nil { output.append(UInt8(ascii: " ")) }
            write(member.value, to: &output)
        }
        level -= 1
        if !object.isEmpty { startLine(&output) }
        output.append(UInt8(ascii: "}"))
    }

    private func startLine(_ output: inout [UInt8]) {
        guard let indent else { return }
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<level * indent { output.append(UInt8(ascii: " ")) }
    }

    /// Writes a string in quotes; only what RFC 8259 section 7 demands is escaped.
    static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        if string.utf8.contains(where: mustEscape) {
            for byte in string.utf8 {
                if mustEscape(byte) { escape(byte, to: &output) } else { output.append(byte) }
            }
        } else {
            output.append(contentsOf: string.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0a: output.append(UInt8(ascii: "n"))
        case 0x0c: output.append(UInt8(ascii: "f"))
        case 0x0d: output.append(UInt8(ascii: "r"))
        default:
            output.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 0xf] {
                output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}

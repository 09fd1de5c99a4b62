// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How a value is laid out as text.
public enum JSONStyle: Sendable, Equatable {
    /// No space anywhere: the protocol.
    case compact
    /// One member or element per line, levels indented by that many spaces: people.
    case pretty(indent: Int)
}

extension JSONValue {
    /// The value as UTF-8 text.
    public func serialized(_ style: JSONStyle = .compact) -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output, style: style)
        return output
    }

    /// The value as a string.
    public var text: String { String(decoding: serialized(), as: UTF8.self) }

    /// Appends the value as UTF-8 text.
    public func write(to output: inout [UInt8], style: JSONStyle = .compact) {
        write(to: &output, style: style, level: 0)
    }

    private func write(to output: inout [UInt8], style: JSONStyle, level: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let value): output.append(contentsOf: value.text.utf8)
        case .string(let value): Self.write(value, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.newLine(&output, style, level + 1)
                value.write(to: &output, style: style, level: level + 1)
            }
            if !values.isEmpty { Self.newLine(&output, style, level) }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, value) in members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.newLine(&output, style, level + 1)
                Self.write(key, to: &output)
                output.append(UInt8(ascii: ":"))
                if style != .compact { output.append(UInt8(ascii: " ")) }
                value.write(to: &output, style: style, level: level + 1)
            }
            if !members.isEmpty { Self.newLine(&output, style, level) }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func newLine(_ output: inout [UInt8], _ style: JSONStyle, _ level: Int) {
        guard case .pretty(let indent) = style else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }

    /// A string with what must be escaped escaped (RFC 8259 section 7), and nothing else.
    private static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0a: output.append(contentsOf: "\\n".utf8)
            case 0x0c: output.append(contentsOf: "\\f".utf8)
            case 0x0d: output.append(contentsOf: "\\r".utf8)
            case 0x00..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(hexadecimal[Int(byte >> 4)])
                output.append(hexadecimal[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}

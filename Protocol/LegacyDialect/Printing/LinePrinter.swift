// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// The layout of printed objects: a member a line, eight spaces a level, `": "` between key and value, values in quotes,
/// `[]` for an empty list, no line end after the last line. Programs read these lines with regular expressions.
struct LinePrinter {
    private(set) var output: [UInt8] = []
    private var level = 0
    private var isFirst = true
    private static let indent = 8

    /// An object: the document itself, or the next of a list.
    mutating func object(_ body: (inout LinePrinter) -> Void) {
        if level > 0 { startLine() }
        enclose("{", "}", body)
    }

    /// A list under a key, an object for each element.
    mutating func list<Element>(
        _ key: StaticString, _ elements: some Sequence<Element>, _ body: (inout LinePrinter, Element) -> Void
    ) {
        self.key(key)
        enclose("[", "]") { printer in
            for element in elements { printer.object { body(&$0, element) } }
        }
    }

    /// A member.
    mutating func line(_ key: StaticString, _ value: String) {
        self.key(key)
        JSONValue.string(value).write(to: &output)
    }

    /// A member whose value is a number.
    mutating func line(_ key: StaticString, _ value: some BinaryInteger) {
        line(key, String(value))
    }

    /// A mark: in base 16, small letters.
    mutating func line(_ key: StaticString, mark: UInt32) {
        line(key, "0x" + String(mark, radix: 16))
    }

    /// Words with a space behind each, or `none`.
    mutating func line(_ key: StaticString, words: [String], spaceAfterLast: Bool) {
        if words.isEmpty { return line(key, "none") }
        line(key, words.joined(separator: " ") + (spaceAfterLast ? " " : ""))
    }

    private mutating func key(_ key: StaticString) {
        startLine()
        output.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { unsafe output.append(contentsOf: $0) }
        output.append(contentsOf: "\": ".utf8)
    }

    private mutating func startLine() {
        output.append(contentsOf: isFirst ? "\n".utf8 : ",\n".utf8)
        isFirst = false
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * Self.indent))
    }

    private mutating func enclose(
        _ open: Character, _ close: Character, _ body: (inout LinePrinter) -> Void
    ) {
        output.append(contentsOf: open.utf8)
        level += 1
        isFirst = true
        body(&self)
        level -= 1
        if !isFirst {
            output.append(UInt8(ascii: "\n"))
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * Self.indent))
        }
        isFirst = false
        output.append(contentsOf: close.utf8)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Accepted texts")
struct AcceptedTests {
    @Test("A document of every kind of value")
    func everything() throws {
        let half = try #require(JSONNumber(text: "-2.50"))
        let value = try parse(#" {"a": [1, -2.50, "x\n\u00e9\ud83d\ude00", true, false, null], "b": {}} "#)
        #expect(value == ["a": [1, .number(half), "x\né😀", true, false, nil], "b": [:]])
        #expect(value.text == #"{"a":[1,-2.50,"x\né😀",true,false,null],"b":{}}"#)
    }

    /// RFC 8259 sections 2 to 7: the text, and the same value written compactly.
    static let texts: [(text: String, compact: String)] = [
        ("null", "null"),
        (" true\n", "true"),
        ("\t\r\n false\t\r\n ", "false"),
        ("[]", "[]"),
        ("[ ]", "[]"),
        ("{}", "{}"),
        ("{\n}", "{}"),
        ("[null,null]", "[null,null]"),
        ("[[[]],[{}]]", "[[[]],[{}]]"),
        (#"{"":0}"#, #"{"":0}"#),
        (#"{"a":{"a":{"a":[]}}}"#, #"{"a":{"a":{"a":[]}}}"#),
        (#"{ "z" : 1 , "a" : 2 }"#, #"{"z":1,"a":2}"#),
        (#"[1,"1",1.0]"#, #"[1,"1",1.0]"#),
        (#""""#, #""""#),
        (#"" ""#, #"" ""#),
        ("\"\u{7f}\"", "\"\u{7f}\""),
        ("\"\u{2028}\u{2029}\u{feff}\"", "\"\u{2028}\u{2029}\u{feff}\""),
        (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#),
        (#""\u0000""#, #""\u0000""#),
        (#""\u001F\u001f""#, #""\u001f\u001f""#),
        (#""\u0041\u00e9\u20AC""#, #""Aé€""#),
        (#""\uD834\uDD1E""#, #""𝄞""#),
        (#""\uDBFF\uDFFF""#, "\"\u{10ffff}\""),
        (#""\\u0041""#, #""\\u0041""#),
        (#""a\\""#, #""a\\""#),
        ("\"ä€𝄞\u{10ffff}\"", "\"ä€𝄞\u{10ffff}\""),
        (#"{"\u006bey":1}"#, #"{"key":1}"#),
        (#"{"a\u0000b":1,"a":2}"#, #"{"a\u0000b":1,"a":2}"#),
    ]

    @Test("Values, white space, strings", arguments: texts)
    func accepted(text: String, compact: String) throws {
        #expect(try parse(text).text == compact)
    }

    @Test(
        "Code points that are no characters are scalars all the same",
        arguments: [0xfffe as UInt32, 0xffff, 0xfdd0, 0x1fffe])
    func nonCharacters(code: UInt32) throws {
        let text = String(Character(try #require(Unicode.Scalar(code))))
        let units = text.utf16.map { "\\u" + String(UInt32($0) | 0x10000, radix: 16).suffix(4) }.joined()
        #expect(try parse("\"\(units)\"") == .string(text))
        #expect(try parse("\"\(text)\"") == .string(text))
    }

    @Test("Keys of all lengths, again and again, are themselves")
    func keys() throws {
        var object = JSONObject()
        for length in 0...200 {
            object.append(String(repeating: "k", count: length), .integer(length))
            object.append(String(repeating: "k", count: length) + "é", .integer(-length))
        }
        let value = JSONValue.array([.object(object), .object(object), .object(object)])
        #expect(try parse(value.text) == value)
    }

    @Test("A slice is read alone, and its offsets count from its start")
    func slice() throws {
        let bytes = Array("xx[1]yy".utf8)
        #expect(try JSONValue(parsing: bytes[2..<5]) == [1])
        #expect(throws: JSONError(offset: 2, reason: .unexpectedEnd)) { try JSONValue(parsing: bytes[2..<4]) }
        #expect(throws: JSONError(offset: 3, reason: .trailingBytes)) { try JSONValue(parsing: bytes[2...]) }
    }

    @Test("Memory of somebody else is read in place")
    func memory() throws {
        let value = try unsafe Array(#"{"a":[true]}"#.utf8).withUnsafeBytes { try unsafe JSONValue(parsing: $0) }
        #expect(value == ["a": [true]])
        let empty = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(throws: JSONError(offset: 0, reason: .unexpectedEnd)) { try unsafe JSONValue(parsing: empty) }
    }
}

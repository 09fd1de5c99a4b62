// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Writing")
struct WriterTests {
    @Test("Only what must be escaped is escaped")
    func escapes() {
        let all = String(String.UnicodeScalarView((0...0x7f).compactMap { Unicode.Scalar($0) }))
        let controls =
            #"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
            + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
        let rest = " !\\\"" + all.dropFirst(0x23).replacing("\\", with: "\\\\")
        #expect(JSONValue.string(all).text == "\"" + controls + rest + "\"")
        #expect(JSONValue.string("é/😀\u{2028}").text == "\"é/😀\u{2028}\"")
    }

    @Test("A line for each member and element")
    func pretty() throws {
        let value: JSONValue = ["a": [1, [:], []], "b": ["c": "d"], "e": nil]
        let text = """
            {
              "a": [
                1,
                {},
                []
              ],
              "b": {
                "c": "d"
              },
              "e": null
            }
            """
        #expect(String(decoding: value.serialized(.pretty(indent: 2)), as: UTF8.self) == text)
        #expect(try parse(text) == value)
        let flat = String(decoding: value.serialized(.pretty(indent: 0)), as: UTF8.self)
        #expect(flat == text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n"))
    }

    @Test("The text is appended")
    func appended() {
        var output = Array("data: ".utf8)
        JSONValue.array([true]).write(to: &output)
        #expect(output == Array("data: [true]".utf8))
    }
}

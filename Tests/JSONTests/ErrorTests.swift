// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Errors")
struct ErrorTests {
    static let sentences: [(text: String, sentence: String)] = [
        ("", "byte 0: the text ends within a value"),
        ("[1;]", "byte 2: ';' cannot stand here"),
        ("[\u{1}]", "byte 1: byte 0x01 cannot stand here"),
        ("\"\n\"", "byte 1: byte 0x0a must be escaped in a string"),
        (#"{"a":1,"a":2}"#, "byte 7: the key \"a\" comes twice"),
        ("\u{feff}1", "byte 0: a byte order mark is not accepted"),
        ("1 1", "byte 2: something follows the value"),
        (String(repeating: "[", count: 65), "byte 64: more than 64 arrays and objects in each other"),
    ]

    @Test("The place and the reason in words", arguments: sentences)
    func inWords(text: String, sentence: String) {
        #expect(refusal(Array(text.utf8))?.description == sentence)
    }

    @Test("A key in a sentence is cut and has no control characters")
    func longKey() {
        let key = String(repeating: "k", count: 1000)
        let error = refusal(Array("{\"\(key)\":1,\"\(key)\":1}".utf8))
        #expect(error?.description == "byte 1006: the key \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…\" comes twice")
        #expect(refusal(Array(#"{"\n":1,"\n":1}"#.utf8))?.description == #"byte 8: the key "\n" comes twice"#)
    }

    @Test("Line and column")
    func location() throws {
        let text = "{\n  \"a\": 1,\n  \"é\": x\n}"
        let error = try #require(refusal(Array(text.utf8)))
        #expect(error.location(in: text.utf8) == (3, 9))
        #expect(JSONError(offset: 0, reason: .unexpectedEnd).location(in: []) == (1, 1))
    }
}

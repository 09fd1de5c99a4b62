// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Refused texts")
struct RefusedTests {
    static let texts: [(text: String, offset: Int, reason: JSONError.Reason)] = [
        // Nothing, or not all of it.
        ("", 0, .unexpectedEnd), (" \n", 2, .unexpectedEnd), ("[", 1, .unexpectedEnd), ("{", 1, .unexpectedEnd),
        ("[1", 2, .unexpectedEnd), ("[1,", 3, .unexpectedEnd), (#"{"a""#, 4, .unexpectedEnd),
        (#"{"a":"#, 5, .unexpectedEnd), (#"{"a":1"#, 6, .unexpectedEnd), (#"{"a":1,"#, 7, .unexpectedEnd),
        (#"""#, 1, .unexpectedEnd), (#""a"#, 2, .unexpectedEnd), (#""\"#, 2, .unexpectedEnd),
        (#""\""#, 3, .unexpectedEnd), ("tru", 3, .unexpectedEnd), ("-", 1, .unexpectedEnd),
        ("1.", 2, .unexpectedEnd), ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd),
        // Too much of it.
        ("1 2", 2, .trailingBytes), ("[]]", 2, .trailingBytes), ("{}{}", 2, .trailingBytes),
        ("null,", 4, .trailingBytes), ("[]\u{0}", 2, .trailingBytes), (#""a"b"#, 3, .trailingBytes),
        ("truex", 4, .trailingBytes), ("0x10", 1, .trailingBytes), ("1_000", 1, .trailingBytes),
        ("\"a\"// c", 3, .trailingBytes),
        // The grammar of section 2 to 5.
        ("]", 0, .unexpectedByte(0x5d)), ("[,1]", 1, .unexpectedByte(0x2c)), ("[1,]", 3, .unexpectedByte(0x5d)),
        ("[1,,2]", 3, .unexpectedByte(0x2c)), ("[1 2]", 3, .unexpectedByte(0x32)), ("[1}", 2, .unexpectedByte(0x7d)),
        ("{]", 1, .unexpectedByte(0x5d)), ("{,}", 1, .unexpectedByte(0x2c)), (#"{"a"}"#, 4, .unexpectedByte(0x7d)),
        (#"{"a":}"#, 5, .unexpectedByte(0x7d)), (#"{"a":1,}"#, 7, .unexpectedByte(0x7d)),
        (#"{"a":1 "b":2}"#, 7, .unexpectedByte(0x22)), (#"{"a" 1}"#, 5, .unexpectedByte(0x31)),
        (#"{"a",1}"#, 4, .unexpectedByte(0x2c)), ("{a:1}", 1, .unexpectedByte(0x61)),
        ("{1:1}", 1, .unexpectedByte(0x31)),
        ("{'a':1}", 1, .unexpectedByte(0x27)), ("'a'", 0, .unexpectedByte(0x27)), ("True", 0, .unexpectedByte(0x54)),
        ("nul1", 3, .unexpectedByte(0x31)), ("NaN", 0, .unexpectedByte(0x4e)), ("Infinity", 0, .unexpectedByte(0x49)),
        ("/**/1", 0, .unexpectedByte(0x2f)), ("#\n1", 0, .unexpectedByte(0x23)), ("[\u{0b}]", 1, .unexpectedByte(0x0b)),
        ("[\u{0c}]", 1, .unexpectedByte(0x0c)), ("\u{0}", 0, .unexpectedByte(0)), ("\u{a0}1", 0, .unexpectedByte(0xc2)),
        ("[\u{feff}1]", 1, .unexpectedByte(0xef)), ("undefined", 0, .unexpectedByte(0x75)),
        // Section 8.1
        ("\u{feff}", 0, .byteOrderMark), ("\u{feff}{}", 0, .byteOrderMark),
        // Strings: section 7
        ("\"\n\"", 1, .controlCharacter(0x0a)), ("\"a\tb\"", 2, .controlCharacter(0x09)),
        ("\"\u{0}\"", 1, .controlCharacter(0)), ("\"\u{1f}\"", 1, .controlCharacter(0x1f)),
        ("{\"a\u{1}\":0}", 3, .controlCharacter(1)), ("\"\\\n\"", 1, .invalidEscape),
        (#""\a""#, 1, .invalidEscape), (#""\'""#, 1, .invalidEscape), (#""\x41""#, 1, .invalidEscape),
        (#""\0""#, 1, .invalidEscape), (#""a\U0041""#, 2, .invalidEscape), (#""\é""#, 1, .invalidEscape),
        (#""\u""#, 1, .invalidEscape), (#""\u004""#, 1, .invalidEscape), (#""\u004g""#, 1, .invalidEscape),
        (#""\u+041""#, 1, .invalidEscape), (#""\u 041""#, 1, .invalidEscape), (#""\u00""#, 1, .invalidEscape),
        (#""\uD800""#, 1, .loneSurrogate), (#""\uDC00""#, 1, .loneSurrogate), (#""\uDFFFa""#, 1, .loneSurrogate),
        (#""\uD800a""#, 1, .loneSurrogate), (#""\uD800\n""#, 1, .loneSurrogate), (#""\uD800\u""#, 1, .loneSurrogate),
        (#""\uD800\u0041""#, 1, .loneSurrogate), (#""x\uD800\uD800\uDC00""#, 2, .loneSurrogate),
        (#""\uDC00\uD800""#, 1, .loneSurrogate), (#"{"\uD800":1}"#, 2, .loneSurrogate),
        // Numbers: section 6
        ("+1", 0, .invalidNumber), (".5", 0, .invalidNumber), ("[-]", 1, .invalidNumber), ("[--1]", 1, .invalidNumber),
        ("01", 0, .invalidNumber), ("-01", 0, .invalidNumber), ("00", 0, .invalidNumber), ("[1.]", 1, .invalidNumber),
        ("[1.e5]", 1, .invalidNumber), ("[1e]", 1, .invalidNumber), ("[1e+]", 1, .invalidNumber),
        ("[1e-x]", 1, .invalidNumber), ("[-a]", 1, .invalidNumber), ("[-.5]", 1, .invalidNumber),
        ("1.5.5", 3, .trailingBytes),
        ("1e5e5", 3, .trailingBytes), ("1e5.5", 3, .trailingBytes), ("-Infinity", 0, .invalidNumber),
        // Keys: section 4
        (#"{"a":1,"a":1}"#, 7, .duplicateKey("a")), (#"{"a":1,"\u0061":2}"#, 7, .duplicateKey("a")),
        (#"{"":1,"":2}"#, 6, .duplicateKey("")), (#"[{"b":{"a":1,"c":2,"a":[]}}]"#, 19, .duplicateKey("a")),
    ]

    @Test("Refused at the byte, with the reason", arguments: texts.indices)
    func refused(row: Int) {
        let (text, offset, reason) = Self.texts[row]
        #expect(refusal(Array(text.utf8)) == JSONError(offset: offset, reason: reason), "\(text)")
    }

    /// Bytes within a string, and the first of them that is wrong (RFC 3629 section 4).
    static let notUTF8: [(bytes: [UInt8], fault: Int)] = [
        ([0x80], 0), ([0xbf], 0), ([0x61, 0xff], 1), ([0xfe], 0), ([0xc3], 0), ([0xc3, 0x28], 0),
        ([0xc0, 0xaf], 0), ([0xc1, 0xbf], 0), ([0xe0, 0x80, 0xaf], 0), ([0xf0, 0x80, 0x80, 0xaf], 0),
        ([0xed, 0xa0, 0x80], 0), ([0xed, 0xbf, 0xbf], 0), ([0xf4, 0x90, 0x80, 0x80], 0), ([0xf5, 0x80, 0x80, 0x80], 0),
        ([0xe2, 0x82], 0), ([0xf0, 0x9d, 0x84], 0), ([0xc3, 0xa4, 0x80], 2), ([0xf8, 0x88, 0x80, 0x80, 0x80], 0),
        ([0xfc, 0x84, 0x80, 0x80, 0x80, 0x80], 0), ([0xc3, 0xa4, 0x5c, 0x6e, 0xc3], 4),
    ]

    @Test("Strings and keys that are not UTF-8", arguments: notUTF8)
    func refusedBytes(bytes: [UInt8], fault: Int) {
        let string = [0x22] + bytes + [0x22]
        #expect(refusal(string) == JSONError(offset: fault + 1, reason: .invalidUTF8))
        let key = Array("[{".utf8) + string + Array(":1}]".utf8)
        #expect(refusal(key) == JSONError(offset: fault + 3, reason: .invalidUTF8))
    }

    @Test("UTF-16 and UTF-32 are not JSON")
    func otherEncodings() {
        #expect(refusal([0xff, 0xfe, 0x5b, 0, 0x5d, 0]) == JSONError(offset: 0, reason: .unexpectedByte(0xff)))
        #expect(refusal([0, 0x5b, 0, 0x5d]) == JSONError(offset: 0, reason: .unexpectedByte(0)))
        #expect(refusal([0x5b, 0, 0x5d, 0]) == JSONError(offset: 1, reason: .unexpectedByte(0)))
    }

    @Test("Every beginning of a text is refused, and by no other fault than its end")
    func beginnings() throws {
        let text = Array(#"{"a":[1.5e3,-7,"xé\u00e9\ud83d\ude00",true,false,null,{}],"long long long key":""}"#.utf8)
        _ = try JSONValue(parsing: text)
        for length in 0..<text.count {
            let error = try #require(refusal(Array(text[..<length])))
            #expect(error.reason == .unexpectedEnd, "\(length)")
            #expect(error.offset == length)
        }
    }
}

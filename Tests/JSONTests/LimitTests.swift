// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Limits")
struct LimitTests {
    static func nested(_ depth: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }

    @Test("Depth", arguments: [1, 2, 64, 512])
    func depth(limit: Int) throws {
        let options = JSONReader.Options(maximumDepth: limit)
        _ = try JSONValue(parsing: Self.nested(limit), options: options)
        #expect(refusal(Self.nested(limit + 1), options) == JSONError(offset: limit, reason: .tooDeep(limit: limit)))
        let objects = String(repeating: #"{"a":"#, count: limit + 1)
        #expect(refusal(Array(objects.utf8), options)?.reason == .tooDeep(limit: limit))
    }

    @Test("Depth is 64 unless said otherwise, and never more than 512")
    func depthLimits() {
        #expect(refusal(Self.nested(65))?.reason == .tooDeep(limit: 64))
        let unbounded = JSONReader.Options(maximumDepth: .max)
        #expect(refusal(Self.nested(1_000_000), unbounded)?.reason == .tooDeep(limit: 512))
        #expect(refusal(Self.nested(1), JSONReader.Options(maximumDepth: -1))?.reason == .tooDeep(limit: 0))
        #expect(refusal(Array("1".utf8), JSONReader.Options(maximumDepth: 0)) == nil)
    }

    @Test("Depth counts what is open, not what was")
    func siblings() throws {
        let text = "[" + String(repeating: "[[]],", count: 1000) + "{}]"
        _ = try parse(text, JSONReader.Options(maximumDepth: 3))
    }

    @Test("Bytes are counted before anything is read")
    func bytes() throws {
        let options = JSONReader.Options(maximumBytes: 5)
        _ = try parse("[1,2]", options)
        #expect(refusal(Array("[1,2] ".utf8), options) == JSONError(offset: 5, reason: .tooLong(limit: 5)))
        #expect(refusal(Array("nonsense".utf8), options) == JSONError(offset: 5, reason: .tooLong(limit: 5)))
    }

    @Test("Values are counted, containers too")
    func values() throws {
        let options = JSONReader.Options(maximumValues: 4)
        _ = try parse(#"[1,{"a":2}]"#, options)
        #expect(
            refusal(Array(#"[1,{"a":2},[]]"#.utf8), options) == JSONError(offset: 11, reason: .tooManyValues(limit: 4)))
    }

    @Test("The last of equal keys counts, at the place of the first", arguments: [2, 15, 16, 17, 18, 100])
    func lastWins(keys: Int) throws {
        let first = (0..<keys).map { "\"k\($0)\":\($0)" }
        let second = (0..<keys).reversed().map { "\"k\($0)\":\"\($0)\"" }
        let text = "{" + (first + second).joined(separator: ",") + "}"
        #expect(refusal(Array(text.utf8))?.reason == .duplicateKey("k\(keys - 1)"))
        let value = try parse(text, JSONReader.Options(duplicateKeys: .lastWins))
        #expect(value.object == JSONObject((0..<keys).map { (key: "k\($0)", value: .string("\($0)")) }))
    }

    @Test("100,000 keys: the duplicate at the end is found without comparing all with all")
    func manyKeys() throws {
        let members = (0..<100_000).map { "\"key number \($0)\":\($0)" }
        let object = try #require(try parse("{" + members.joined(separator: ",") + "}").object)
        #expect(object.count == 100_000)
        #expect(object["key number 99999"] == 99999)
        let twice = "{" + members.joined(separator: ",") + #","key number 0":1}"#
        #expect(refusal(Array(twice.utf8))?.reason == .duplicateKey("key number 0"))
    }

    @Test("A string, an array and an object may be as long as the limit, and no longer")
    func parts() throws {
        let options = JSONReader.Options(maximumStringBytes: 3, maximumElements: 2, maximumMembers: 2)
        for text in [#"["abc","\\a"]"#, #"{"a":1,"b":2}"#, "[[1,2],[3,4]]"] { _ = try parse(text, options) }
        func reason(_ text: String) -> JSONError.Reason? { refusal(Array(text.utf8), options)?.reason }
        #expect(reason(#"["abcd"]"#) == .tooLongString(limit: 3))
        #expect(reason(#"{"abcd":1}"#) == .tooLongString(limit: 3))
        #expect(reason("[1,2,3]") == .tooManyElements(limit: 2))
        #expect(reason(#"{"a":1,"b":2,"c":3}"#) == .tooManyMembers(limit: 2))
    }
}

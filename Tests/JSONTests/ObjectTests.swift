// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Objects")
struct ObjectTests {
    @Test("Members stay in order; setting keeps the place, nil removes")
    func order() {
        var object: JSONObject = ["z": 1, "a": 2, "m": 3]
        object["a"] = "two"
        object["new"] = true
        object["z"] = nil
        object["absent"] = nil
        #expect(object.keys == ["a", "m", "new"])
        #expect(object["a"] == "two")
        #expect(object["z"] == nil)
        #expect(object.map(\.key) == object.keys)
        #expect(object.count == 3)
        #expect(object[1].value == 3)
        #expect(JSONObject().isEmpty)
    }

    @Test("Small and large objects behave alike", arguments: [1, 15, 16, 17, 18, 40])
    func sizes(size: Int) {
        var object = JSONObject()
        object.reserveCapacity(size)
        for number in 0..<size { object.append("k\(number)", .integer(number)) }
        for number in 0..<size { #expect(object["k\(number)"] == .integer(number)) }
        #expect(object["k\(size)"] == nil)
        for number in stride(from: 0, to: size, by: 2) { object["k\(number)"] = nil }
        for number in 0..<size { #expect(object["k\(number)"] == (number % 2 == 0 ? nil : .integer(number))) }
        for number in 0..<size { object["k\(number)"] = .integer(-number) }
        for number in 0..<size { #expect(object["k\(number)"] == .integer(-number)) }
        #expect(object.count == size)
    }

    @Test("Equality and hash see members and order, not how the object came to be")
    func equality() {
        var long = JSONObject((0..<20).map { (key: "k\($0)", value: .integer($0)) })
        for number in 5..<20 { long["k\(number)"] = nil }
        let short = JSONObject((0..<5).map { (key: "k\($0)", value: .integer($0)) })
        #expect(long == short)
        #expect(long.hashValue == short.hashValue)
        #expect(["a": 1, "b": 2] as JSONObject != ["b": 2, "a": 1])
        #expect(["a": 1] as JSONObject != ["a": 1, "b": 2])
        #expect(["a": 1] as JSONObject != ["a": "1"])
    }

    @Test("Accessors are for one kind each")
    func accessors() throws {
        let values: [JSONValue] = [nil, true, 1, "s", [2], ["k": 3]]
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, "s", nil, nil])
        #expect(values.map(\.array) == [nil, nil, nil, nil, [2], nil])
        #expect(values.map(\.object) == [nil, nil, nil, nil, nil, ["k": 3]])
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.kind) == ["null", "a boolean", "a number", "a string", "an array", "an object"])
        #expect(values.map { $0["k"] } == [nil, nil, nil, nil, nil, 3])
        #expect(values.map { $0[0] } == [nil, nil, nil, nil, 2, nil])
        #expect(values[4][1] == nil)
    }
}

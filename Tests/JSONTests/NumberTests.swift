// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Numbers")
struct NumberTests {
    static let integers: [(text: String, integer: Int64?, unsigned: UInt64?)] = [
        ("0", 0, 0), ("-0", 0, 0), ("7", 7, 7), ("-7", -7, nil), ("1000000", 1_000_000, 1_000_000),
        ("9223372036854775807", .max, UInt64(Int64.max)),
        ("9223372036854775808", nil, UInt64(Int64.max) + 1),
        ("18446744073709551615", nil, .max),
        ("18446744073709551616", nil, nil),
        ("18446744073709551620", nil, nil),
        ("99999999999999999999", nil, nil),
        ("36893488147419103232", nil, nil),
        ("-9223372036854775808", .min, nil),
        ("-9223372036854775809", nil, nil),
        ("-18446744073709551615", nil, nil),
        ("123456789012345678901234567890", nil, nil),
        ("1.0", nil, nil), ("1e2", nil, nil), ("1E2", nil, nil), ("0e0", nil, nil), ("-0.0", nil, nil),
        ("0.1", nil, nil), ("-2.50", nil, nil), ("1e400", nil, nil), ("1e-400", nil, nil), ("3.25e+05", nil, nil),
    ]

    @Test("Exact, or nothing; and the text stays", arguments: integers)
    func exact(text: String, integer: Int64?, unsigned: UInt64?) throws {
        let value = try parse(text)
        let number = try #require(value.number)
        #expect(number.integer == integer)
        #expect(number.unsigned == unsigned)
        #expect(value.integer == integer)
        #expect(number.text == text)
        #expect(value.text == text)
        #expect(try parse("[\(text)]") == [value])
        #expect(try parse(" \(text) ") == value)
        #expect(JSONNumber(text: text) == number)
    }

    @Test(
        "Only what is a JSON number becomes one",
        arguments: ["", " 1", "1 ", "+1", "01", "0x1", "a", "[1]", "1,2", "-", "١"])
    func notANumber(text: String) {
        #expect(JSONNumber(text: text) == nil)
    }

    @Test("A number is equal to itself however it was made")
    func equality() throws {
        #expect(try parse("5") == 5)
        #expect(try parse("18446744073709551615") == .integer(UInt64.max))
        #expect(try parse("-9223372036854775808") == .integer(Int64.min))
        #expect(JSONNumber(Int8(-3)) == JSONNumber(text: "-3"))
        #expect(JSONNumber(UInt64(3)) == JSONNumber(Int8(3)))
        #expect(JSONNumber(Int128(1) << 100).text == "1267650600228229401496703205376")
        #expect(JSONNumber(text: "1.0") != JSONNumber(1))
    }

    @Test(
        "Floating point",
        arguments: [
            Double.zero, -0.0, 0.1, 1e-7, 1e22, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -123.456, 1e16,
        ])
    func floatingPoint(value: Double) throws {
        let number = try #require(JSONNumber(value))
        #expect(number.approximation.bitPattern == value.bitPattern)
        #expect(try parse(number.text) == .number(number))
    }

    @Test("What JSON cannot say")
    func notFinite() throws {
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(7).approximation == 7)
        #expect(JSONNumber(UInt64.max).approximation == 18446744073709551616)
    }
}

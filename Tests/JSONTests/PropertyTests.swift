// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

/// Random values: every kind, awkward strings, large and small objects.
private struct ValueGenerator {
    var random: SeededGenerator

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
        case 3: return .integer(random.next())
        case 4: return JSONNumber(Double(bitPattern: random.next())).map(JSONValue.number) ?? 0
        case 5: return .string(string())
        case 6:
            return .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<24, using: &random) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    mutating func string() -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<24, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000].randomElement(using: &random) ?? 1
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}

@Suite("Laws")
struct PropertyTests {
    @Test("What is written reads back as the same, in every style", arguments: 0..<40)
    func roundTrip(seed: UInt64) throws {
        var generator = ValueGenerator(random: SeededGenerator(seed: seed))
        for _ in 0..<25 {
            let value = generator.value(depth: 5)
            let compact = value.serialized()
            #expect(try JSONValue(parsing: compact) == value)
            let pretty = value.serialized(.pretty(indent: 3))
            #expect(try JSONValue(parsing: pretty) == value)
            #expect(try JSONValue(parsing: pretty).serialized() == compact)
        }
    }

    @Test("From a source it is the same, made at once or written part by part", arguments: 0..<20)
    func sources(seed: UInt64) {
        var generator = ValueGenerator(random: SeededGenerator(seed: seed))
        for _ in 0..<25 {
            let value = generator.value(depth: 5)
            #expect(source(of: value).made() == value)
            var writer = JSONSourceWriter(source(of: value))
            var parts = 1
            while !writer.advance() { parts += 1 }
            #expect(writer.text == value.serialized())
            let isRepeated = writer.advance()
            #expect(isRepeated && writer.text == value.serialized(), "what is written stays so")
            if value.array?.isEmpty == false { #expect(parts > 2) }
        }
    }

    /// Of its parts, down to what has none.
    private func source(of value: JSONValue) -> JSONSource {
        switch value {
        case .array(let elements): .list(elements) { self.source(of: $0) }
        case .object(let object):
            JSONSource(
                object, replacing: object.keys.reduce(into: [:]) { $0[$1] = object[$1].map { self.source(of: $0) } })
        case .null, .bool, .number, .string: .value(value)
        }
    }

    @Test("Random bytes never crash, and errors point into the text", arguments: 0..<20)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("[]{}\",:\\u0123dDeE.+-tfn \n\u{e9}".utf8) + [0, 0x1f, 0x80, 0xc3, 0xed, 0xff]
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<40, using: &random)
            let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            check(bytes)
        }
    }

    @Test("Mutated documents never crash; what is still accepted reads back", arguments: 0..<20)
    func mutations(seed: UInt64) {
        var generator = ValueGenerator(random: SeededGenerator(seed: seed))
        for _ in 0..<200 {
            var bytes = generator.value(depth: 4).serialized()
            for _ in 0..<Int.random(in: 1...4, using: &generator.random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator.random)
                switch Int.random(in: 0..<4, using: &generator.random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator.random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator.random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 5)], at: place)
                }
            }
            check(bytes)
        }
    }

    /// The same value or the same error, wherever the reading is interrupted.
    private func checkParts(_ bytes: [UInt8], _ options: JSONReader.Options, _ whole: Result<JSONValue, JSONError>) {
        for size in [1, 3, 1000] {
            let parts = Result { () throws(JSONError) in
                var text = try JSONText(bytes, options: options)
                while true { if let value = try text.advance(bytes: size) { return value } }
            }
            #expect(parts == whole, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("What is given back in parts is no less, and what another holds stays")
    func remains() throws {
        var generator = ValueGenerator(random: SeededGenerator(seed: 5))
        for _ in 0..<200 {
            let value = generator.value(depth: 6)
            let copy = value
            let text = value.serialized()
            for size in [1, 2, 1000] {
                var remains = JSONRemains(value)
                var steps = 0
                while !remains.advance(values: size) { steps += 1 }
                #expect(steps <= text.count + 1)
            }
            #expect(copy.serialized() == text)
        }
        // Deep and wide: nothing of it is released at once, or the stack would end.
        var text = try JSONText(Array(("[" + String(repeating: "[[1],[2]],", count: 1000) + "{").utf8))
        #expect(throws: JSONError.self) { while try text.advance(bytes: 64) == nil {} }
        var remains = JSONRemains(text.abandon())
        var steps = 0
        while !remains.advance(values: 10) { steps += 1 }
        #expect(steps > 300)
    }

    private func check(_ bytes: [UInt8]) {
        for duplicates in [JSONReader.DuplicateKeys.refused, .lastWins] {
            let options = JSONReader.Options(maximumDepth: 8, duplicateKeys: duplicates)
            let whole = Result { () throws(JSONError) in try JSONValue(parsing: bytes, options: options) }
            checkParts(bytes, options, whole)
            do throws(JSONError) {
                let value = try whole.get()
                #expect((try? JSONValue(parsing: value.serialized())) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset), "\(error)")
            }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension JSONReader {
    /// Reads the string whose opening quote is at `position`.
    mutating func readString(_ input: borrowing Span<UInt8>) throws(JSONError) -> String {
        let (range, plain) = try scanString(input)
        return plain ? text(range, input) : try unescape(range, input)
    }

    /// Reads the key whose opening quote is at `position`; long ones that come again share their memory.
    mutating func readKey(_ input: borrowing Span<UInt8>) throws(JSONError) -> String {
        let (range, plain) = try scanString(input)
        guard plain else { return try unescape(range, input) }
        // Up to 15 bytes lie within the String itself, on every 64-bit platform.
        guard range.count > 15, range.count <= KeyCache.longest else { return text(range, input) }
        let slot = KeyCache.slot(range, input)
        if keys.holds(range, input, at: slot) { return keys.strings[slot] }
        let key = text(range, input)
        keys.strings[slot] = key
        return key
    }

    /// A string of bytes that are ASCII, or were seen to be UTF-8.
    func text(_ range: Range<Int>, _ input: borrowing Span<UInt8>) -> String {
        unsafe input.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Finds the closing quote and steps over it: the bytes between, and whether they are the text itself.
    private mutating func scanString(
        _ input: borrowing Span<UInt8>
    ) throws(JSONError) -> (range: Range<Int>, plain: Bool) {
        let start = position + 1
        let (furthest, overflow) = start.addingReportingOverflow(options.maximumStringBytes)
        let limit = overflow ? Int.max : furthest
        var index = start
        var plain = true
        var ascii = true
        while true {
            guard index < input.count else { throw end(input) }
            let byte = input[index]
            if byte == UInt8(ascii: "\"") { break }
            guard index < limit else {
                throw JSONError(offset: start, reason: .tooLongString(limit: options.maximumStringBytes))
            }
            if byte == UInt8(ascii: "\\") {
                plain = false
                index += 1
                // What is escaped is looked at later; here a quote must not end the string.
                guard index < input.count else { throw end(input) }
            } else if byte < 0x20 {
                throw JSONError(offset: index, reason: .controlCharacter(byte))
            }
            ascii = ascii && input[index] < 0x80
            index += 1
        }
        let range = start..<index
        if !ascii { try checkUTF8(range, input) }
        position = index + 1
        return (range, plain)
    }

    private func checkUTF8(_ range: Range<Int>, _ input: borrowing Span<UInt8>) throws(JSONError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: input.extracting(range))
        } catch {
            throw JSONError(offset: range.lowerBound + error.byteOffsets.lowerBound, reason: .invalidUTF8)
        }
    }

    /// The text of bytes with escapes (RFC 8259 section 7).
    private func unescape(_ range: Range<Int>, _ input: borrowing Span<UInt8>) throws(JSONError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = input[index]
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                index += 1
                continue
            }
            switch input[index + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(input[index + 1])
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0c)
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                let (scalar, length) = try unicodeEscape(at: index, range.upperBound, input)
                bytes.append(contentsOf: Character(scalar).utf8)
                index += length
                continue
            default: throw JSONError(offset: index, reason: .invalidEscape)
            }
            index += 2
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The scalar of `\u0041`, or of a pair of them for what lies beyond the basic plane, and the escape's length.
    private func unicodeEscape(
        at index: Int, _ end: Int, _ input: borrowing Span<UInt8>
    ) throws(JSONError) -> (scalar: Unicode.Scalar, length: Int) {
        guard let unit = codeUnit(at: index, end, input) else {
            throw JSONError(offset: index, reason: .invalidEscape)
        }
        if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
        // Not a scalar by itself, hence a surrogate: the first half of a pair, or an error.
        guard UTF16.isLeadSurrogate(unit), let trail = codeUnit(at: index + 6, end, input),
            UTF16.isTrailSurrogate(trail)
        else { throw JSONError(offset: index, reason: .loneSurrogate) }
        let offset = UInt32(unit & 0x3ff) << 10 | UInt32(trail & 0x3ff)
        guard let scalar = Unicode.Scalar(0x10000 + offset) else {
            throw JSONError(offset: index, reason: .loneSurrogate)
        }
        return (scalar, 12)
    }

    /// The number that `\uXXXX` at an index says, `nil` when that is not what stands there.
    private func codeUnit(at index: Int, _ end: Int, _ input: borrowing Span<UInt8>) -> UInt16? {
        guard index + 6 <= end, input[index] == UInt8(ascii: "\\"), input[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for digit in index + 2..<index + 6 {
            guard let value = Self.hexadecimalDigit(input[digit]) else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

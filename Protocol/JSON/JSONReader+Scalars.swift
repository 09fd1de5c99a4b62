// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension JSONCursor {
    /// A string; the cursor stands on its quote.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = try text(bytes[start..<position], at: start)
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0x00..<0x20: throw failure(.controlCharacter)
            default: position += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    /// The rare string with escapes: unescaped bytes are gathered first.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var gathered = Array(bytes[start..<position])
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = try text(gathered[...], at: start)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &gathered)
            case 0x00..<0x20: throw failure(.controlCharacter)
            case let byte:
                gathered.append(byte)
                position += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    private func text(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONError(offset: start - bytes.startIndex, reason: .invalidText)
        }
        return text
    }

    private mutating func escape(into gathered: inout [UInt8]) throws(JSONError) {
        let byte = try peek()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): gathered.append(byte)
        case UInt8(ascii: "b"): gathered.append(0x08)
        case UInt8(ascii: "f"): gathered.append(0x0c)
        case UInt8(ascii: "n"): gathered.append(0x0a)
        case UInt8(ascii: "r"): gathered.append(0x0d)
        case UInt8(ascii: "t"): gathered.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            gathered.append(contentsOf: String(Character(try scalar())).utf8)
            return
        default: throw failure(.invalidEscape)
        }
        position += 1
    }

    /// The character behind `\u`, two of them when it is a surrogate pair.
    private mutating func scalar() throws(JSONError) -> UnicodeScalar {
        let start = position
        let first = try fourDigits()
        var code = first
        if (0xd800..<0xdc00).contains(first) {
            guard position + 1 < bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw JSONError(offset: start - bytes.startIndex, reason: .invalidText) }
            position += 2
            let second = try fourDigits()
            guard (0xdc00..<0xe000).contains(second) else {
                throw JSONError(offset: start - bytes.startIndex, reason: .invalidText)
            }
            code = 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
        }
        guard let scalar = UnicodeScalar(code) else {
            throw JSONError(offset: start - bytes.startIndex, reason: .invalidText)
        }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure(.invalidEscape)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// A number (RFC 8259 section 6); the cursor stands on its first byte.
    mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let firstDigit = position
        var magnitude: UInt64 = 0
        var overflows = false
        while position < bytes.endIndex, let digit = digit(at: position) {
            let (product, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = product.addingReportingOverflow(UInt64(digit))
            overflows = overflows || tooLarge || stillTooLarge
            magnitude = sum
            position += 1
        }
        guard position > firstDigit else { throw failure(.invalidNumber) }
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw JSONError(offset: firstDigit - bytes.startIndex, reason: .invalidNumber)
        }
        let isWhole = try !skipFraction()
        if isWhole, !overflows {
            if !isNegative { return JSONNumber(magnitude) }
            if magnitude > 0, magnitude <= UInt64(Int64.max) + 1 { return JSONNumber(-Int128(magnitude)) }
        }
        return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Whether there was a fraction or an exponent; the cursor stands behind it.
    private mutating func skipFraction() throws(JSONError) -> Bool {
        let start = position
        if position < bytes.endIndex, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if position < bytes.endIndex, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.endIndex, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try skipDigits()
        }
        return position > start
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while position < bytes.endIndex, digit(at: position) != nil { position += 1 }
        guard position > start else { throw failure(.invalidNumber) }
    }

    private func digit(at index: Int) -> UInt8? {
        let value = bytes[index] &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}

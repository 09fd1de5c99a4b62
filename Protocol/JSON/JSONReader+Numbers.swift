// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension JSONReader {
    /// Reads the number that starts at `position` with a minus sign or a digit.
    mutating func readNumber(_ input: borrowing Span<UInt8>) throws(JSONError) -> JSONNumber {
        let start = position
        let negative = input[position] == UInt8(ascii: "-")
        if negative { position += 1 }
        let digits = position
        var magnitude: UInt64 = 0
        var fits = true
        while let digit = digit(input) {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            fits = fits && !overflow && !carry
            magnitude = sum
            position += 1
        }
        try checkDigits(since: digits, start, input)
        if position - digits > 1, input[digits] == UInt8(ascii: "0") {
            throw JSONError(offset: start, reason: .invalidNumber)
        }
        let integral = try !readFractionAndExponent(start, input)
        if integral, fits {
            if !negative {
                return JSONNumber(Int64(exactly: magnitude).map(JSONNumber.Storage.signed) ?? .unsigned(magnitude))
            }
            if magnitude > 0, magnitude <= Int64.min.magnitude {
                return JSONNumber(.signed(Int64(truncatingIfNeeded: 0 &- magnitude)))
            }
        }
        return JSONNumber(.text(text(start..<position, input)))
    }

    /// Steps over `.5`, `e9` or both; whether there was one.
    private mutating func readFractionAndExponent(
        _ start: Int, _ input: borrowing Span<UInt8>
    ) throws(JSONError) -> Bool {
        guard position < input.count else { return false }
        var found = false
        if input[position] == UInt8(ascii: ".") {
            found = true
            position += 1
            let digits = position
            while digit(input) != nil { position += 1 }
            try checkDigits(since: digits, start, input)
        }
        if position < input.count, input[position] | 0x20 == UInt8(ascii: "e") {
            found = true
            position += 1
            if position < input.count, input[position] == UInt8(ascii: "+") || input[position] == UInt8(ascii: "-") {
                position += 1
            }
            let digits = position
            while digit(input) != nil { position += 1 }
            try checkDigits(since: digits, start, input)
        }
        return found
    }

    @inline(__always)
    private func digit(_ input: borrowing Span<UInt8>) -> UInt64? {
        guard position < input.count else { return nil }
        let digit = input[position] &- UInt8(ascii: "0")
        return digit <= 9 ? UInt64(digit) : nil
    }

    private func checkDigits(since digits: Int, _ start: Int, _ input: borrowing Span<UInt8>) throws(JSONError) {
        if position > digits { return }
        throw position == input.count ? end(input) : JSONError(offset: start, reason: .invalidNumber)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// How the C program reads numbers from text: with the functions of C's library, whatever the text.

/// The digits at the start of a text after white space and a sign, as `strtol` reads them (ISO C 7.22.1.4): what follows
/// is not looked at, no digits are 0, and what is beyond 64 bits is the outermost number.
private func wholeNumber(_ text: String, radix: Int64) -> Int64 {
    var bytes = text.utf8[...].drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
    let negative = bytes.first == UInt8(ascii: "-")
    if negative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    if radix == 16, bytes.starts(with: "0x".utf8) || bytes.starts(with: "0X".utf8) { bytes = bytes.dropFirst(2) }
    var value: Int64 = 0
    for byte in bytes {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue.map(Int64.init), digit < radix else { break }
        let (product, overflow) = value.multipliedReportingOverflow(by: radix)
        let (sum, carry) = product.addingReportingOverflow(negative ? -digit : digit)
        if overflow || carry { return negative ? .min : .max }
        value = sum
    }
    return value
}

extension String {
    /// The number that C's `atoi` reads, which wraps at 32 bits.
    var atoi: Int64 {
        Int64(Int32(truncatingIfNeeded: wholeNumber(self, radix: 10)))
    }

    /// The mark that the C program reads: base 16 with or without `0x`, of 32 bits.
    var hexadecimal: Int64 {
        Int64(UInt32(truncatingIfNeeded: wholeNumber(self, radix: 16)))
    }

    /// The number, if the text is nothing but digits; spaces around it are not looked at.
    var decimal: Int64? {
        let digits = trimmed.utf8
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(trimmed)
    }

    /// The text without spaces at its ends.
    var trimmed: Substring {
        var text = self[...].drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Whether the text occurs in this one, as C's `strstr` looks for it.
    func holds(_ word: String) -> Bool {
        let (text, word) = (Array(utf8), Array(word.utf8))
        guard text.count >= word.count else { return false }
        return (0...text.count - word.count).contains { text[$0..<$0 + word.count].elementsEqual(word) }
    }
}

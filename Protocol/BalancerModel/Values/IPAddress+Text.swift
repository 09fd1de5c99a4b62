// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension IPAddress {
    /// An address from its text: a strict dotted quad, or any form of RFC 4291 section 2.2. No names, no zones.
    public init(_ text: String) throws(InvalidValue) {
        let bytes = text.utf8Span.span
        var colons = 0
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: ":") { colons += 1 }
            if bytes[index] == UInt8(ascii: "%") {
                throw InvalidValue("\"\(text)\" has a zone; an address here has none")
            }
        }
        let address = colons == 0 ? IPAddress.dottedQuad(bytes).map(IPAddress.v4) : IPAddress.groups(bytes)
        guard let address else {
            throw InvalidValue("\"\(text)\" is not an IPv4 or IPv6 address", hint: "host names are not resolved")
        }
        self = address
    }

    /// Four decimal numbers 0 to 255 without leading zeros (`010` is 8 to some programs and 10 to others).
    private static func dottedQuad(_ bytes: Span<UInt8>) -> UInt32? {
        var (address, octet, digits, octets): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
        for index in 0...bytes.count {
            if index == bytes.count || bytes[index] == UInt8(ascii: ".") {
                guard digits > 0 else { return nil }
                octets += 1
                guard octets <= 4, octets == 4 || index < bytes.count else { return nil }
                address = address << 8 | octet
                (octet, digits) = (0, 0)
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
            guard digits == 0 || octet > 0 else { return nil }
            octet = octet * 10 + UInt32(bytes[index] - UInt8(ascii: "0"))
            digits += 1
            guard octet <= 255 else { return nil }
        }
        return address
    }

    /// Groups of up to four hexadecimal digits, one `::`, and possibly a dotted quad at the end.
    private static func groups(_ bytes: Span<UInt8>) -> IPAddress? {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if bytes.count >= 2, bytes[0] == UInt8(ascii: ":") {
            guard bytes[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < bytes.count {
            var (value, digits): (UInt16, Int) = (0, 0)
            let start = index
            while index < bytes.count, let digit = hexadecimal(bytes[index]) {
                guard digits < 4 else { return nil }
                value = value << 4 | digit
                digits += 1
                index += 1
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
                guard let quad = dottedQuad(bytes.extracting(start..<bytes.count)) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: quad >> 16))
                groups.append(UInt16(truncatingIfNeeded: quad))
                break
            }
            guard digits > 0 else { return nil }
            groups.append(value)
            guard index < bytes.count else { break }
            guard bytes[index] == UInt8(ascii: ":"), index + 1 < bytes.count else { return nil }
            index += 1
            if bytes[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            }
        }
        guard gap == nil ? groups.count == 8 : groups.count < 8 else { return nil }
        if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
        let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return .v6(high: high, low: low)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The dotted quad, or the form of RFC 5952: lower case, the first of the longest runs of two or more zero groups
    /// shortened, IPv4-mapped addresses with a dotted quad.
    public var description: String {
        switch self {
        case .v4(let value): IPAddress.dottedQuad(value)
        case .v6(0, let low) where low >> 32 == 0xFFFF:
            "::ffff:" + IPAddress.dottedQuad(UInt32(truncatingIfNeeded: low))
        case .v6(let high, let low): IPAddress.groups(high, low)
        }
    }

    private static func dottedQuad(_ value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    }

    private static func groups(_ high: UInt64, _ low: UInt64) -> String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * ($0 % 4))) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > longest.count { longest = start..<end }
            start = max(end, start) + 1
        }
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard longest.count >= 2 else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

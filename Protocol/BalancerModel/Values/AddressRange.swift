// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What an element of a policy covers: one address, a prefix, or a range `a-b`.
public enum AddressRange: Sendable, Hashable {
    /// One address.
    case address(IPAddress)

    /// All addresses with these first bits; the others are zero.
    case prefix(IPAddress, length: UInt8)

    /// All addresses from the first to the last, both of one family; not those of a prefix.
    case range(IPAddress, IPAddress)

    /// A range from its text: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`.
    public init(_ text: String) throws(InvalidValue) {
        if let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let address = try IPAddress(String(text[..<slash]))
            let digits = text[text.utf8.index(after: slash)...]
            let width = address.family == .ipv4 ? 32 : 128
            guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let length = UInt8(digits), length <= width, String(length) == digits
            else { throw InvalidValue("\"\(text)\" is not a prefix: its length is 0 to \(width)") }
            guard address.masked(to: Int(length)) == address else {
                throw InvalidValue(
                    "\"\(text)\" has bits behind its prefix", hint: "write \(address.masked(to: Int(length)))/\(length)"
                )
            }
            self = Int(length) == width ? .address(address) : .prefix(address, length: length)
        } else if let hyphen = text.utf8.firstIndex(of: UInt8(ascii: "-")) {
            let first = try IPAddress(String(text[..<hyphen]))
            let last = try IPAddress(String(text[text.utf8.index(after: hyphen)...]))
            guard first.family == last.family, first <= last else {
                throw InvalidValue("\"\(text)\" is not a range: from the lower to the higher address of one family")
            }
            self.init(from: first, to: last)
        } else {
            self = .address(try IPAddress(text))
        }
    }

    /// The family of all the addresses.
    public var family: AddressFamily {
        switch self {
        case .address(let address), .prefix(let address, _), .range(let address, _): address.family
        }
    }
}

extension AddressRange: CustomStringConvertible {
    /// The value as text.
    public var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .prefix(let address, let length): "\(address)/\(length)"
        case .range(let first, let last): "\(first)-\(last)"
        }
    }
}

extension IPAddress {
    /// This address with all bits behind the first `length` cleared.
    public func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let value): .v4(value & (UInt32.max << max(0, 32 - length)))
        case .v6(let high, let low):
            .v6(
                high: high & (UInt64.max << max(0, 64 - length)),
                low: low & (UInt64.max << min(64, max(0, 128 - length))))
        }
    }
}

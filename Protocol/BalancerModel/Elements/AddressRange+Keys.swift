// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension AddressRange {
    /// In which tree of ``PolicyElements`` it is, under which key. Ranges that cover the same have the same key.
    enum Place {
        case host4(UInt32)
        case host6(UInt128)
        case range4(AddressSpan<UInt32>)
        case range6(AddressSpan<UInt128>)
    }

    var place: Place {
        let (first, last) = (first, last)
        switch (first, last) {
        case (.v4(let first), .v4(let last)):
            return first == last ? .host4(first) : .range4(AddressSpan(first: first, last: last))
        case (.v6(let high, let low), .v6(let lastHigh, let lastLow)):
            let first = UInt128(high) << 64 | UInt128(low)
            let last = UInt128(lastHigh) << 64 | UInt128(lastLow)
            return first == last ? .host6(first) : .range6(AddressSpan(first: first, last: last))
        case (.v4, .v6), (.v6, .v4): preconditionFailure("a range is of one family")
        }
    }

    /// The first address.
    public var first: IPAddress {
        switch self {
        case .address(let address), .prefix(let address, _), .range(let address, _): address
        }
    }

    /// The last address.
    public var last: IPAddress {
        switch self {
        case .address(let address), .range(_, let address): address
        case .prefix(.v4(let value), let length): .v4(value | (UInt32.max >> UInt32(length)))
        case .prefix(.v6(let high, let low), let length):
            .v6(
                high: high | (UInt64.max >> UInt64(min(64, length))),
                low: low | (UInt64.max >> UInt64(length > 64 ? length - 64 : 0)))
        }
    }

    init(host: UInt32) { self = .address(.v4(host)) }

    init(host: UInt128) { self = .address(IPAddress(host)) }

    init(_ span: AddressSpan<UInt32>) { self.init(from: .v4(span.first), to: .v4(span.last)) }

    init(_ span: AddressSpan<UInt128>) { self.init(from: IPAddress(span.first), to: IPAddress(span.last)) }

    /// All addresses from the first to the last, of one family, as a person would write them.
    public init(from first: IPAddress, to last: IPAddress) {
        self = first == last ? .address(first) : .range(first, last)
        let length = first.commonBits(with: last)
        let prefix = AddressRange.prefix(first, length: UInt8(length))
        if first != last, first.masked(to: length) == first, prefix.last == last { self = prefix }
    }
}

extension IPAddress {
    fileprivate init(_ number: UInt128) {
        self = .v6(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number))
    }

    /// How many bits, from the highest, are those of another address of the family.
    fileprivate func commonBits(with other: IPAddress) -> Int {
        switch (self, other) {
        case (.v4(let mine), .v4(let theirs)): (mine ^ theirs).leadingZeroBitCount
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            high == otherHigh ? 64 + (low ^ otherLow).leadingZeroBitCount : (high ^ otherHigh).leadingZeroBitCount
        case (.v4, .v6), (.v6, .v4): 0
        }
    }
}

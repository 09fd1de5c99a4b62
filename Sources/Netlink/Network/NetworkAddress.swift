// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An address of the internet protocol, in the machine's order.
public struct NetworkAddress: Sendable, Hashable {
    /// Whether it has 128 bits.
    public var isIPv6: Bool
    /// The first 64 bits; 0 for IPv4.
    public var high: UInt64
    /// The last 64 bits; an IPv4 address stands in the low 32.
    public var low: UInt64

    /// An IPv4 address.
    public init(ipv4: UInt32) {
        isIPv6 = false
        high = 0
        low = UInt64(ipv4)
    }

    /// An IPv6 address.
    public init(high: UInt64, low: UInt64) {
        isIPv6 = true
        self.high = high
        self.low = low
    }

    /// The family in messages (AF_INET, AF_INET6).
    var family: UInt8 { isIPv6 ? NetworkNumber.ip6 : NetworkNumber.ip }

    /// Its bits.
    var width: UInt8 { isIPv6 ? 128 : 32 }

    /// The bytes in network order.
    var bytes: [UInt8] {
        let all = [high, low].flatMap { half in
            Swift.stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
        return isIPv6 ? all : Array(all[12...])
    }

    /// Reads the value of an attribute; nil when it has another size.
    init?(_ bytes: RawSpan, _ range: Range<Int>) {
        if let low = bytes.bigEndian(range) {
            self.init(ipv4: low)
            return
        }
        guard range.count == 16 else { return nil }
        let middle = range.lowerBound + 8
        guard let high = bytes.bigEndian64(range.lowerBound..<middle),
            let low = bytes.bigEndian64(middle..<range.upperBound)
        else { return nil }
        self.init(high: high, low: low)
    }
}

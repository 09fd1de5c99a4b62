// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The type of one field of a key or of data.
public enum DataType: String, Sendable, Hashable {
    /// An IPv4 address.
    case ipv4Address = "ipv4_addr"
    /// An IPv6 address.
    case ipv6Address = "ipv6_addr"
    /// A port.
    case port = "inet_service"
    /// A hardware address.
    case etherAddress = "ether_addr"
    /// A transport protocol.
    case transport = "inet_proto"
    /// A packet or connection mark.
    case mark
    /// A priority. In a declaration only as `typeof meta priority`.
    case priority = "classid"
    /// A plain number, of numgen or jhash. In a declaration only as `typeof numgen inc mod N`: nft 1.0.6 dies when it lists
    /// a map declared `typeof jhash …` (ruleset.md 10).
    case number = "integer"
    /// A direction of a connection.
    case direction = "ct_dir"
    /// The number of an interface.
    case interface = "iface_index"
    /// Two hardware addresses one behind the other. In a declaration only as `typeof @ll,0,96`.
    case etherAddresses = "@ll,0,96"
    /// Flags or words that are never part of a key of ours.
    case other

    /// Bytes in the kernel, padded.
    public var length: Int {
        switch self {
        case .ipv6Address: 16
        case .etherAddresses: 12
        case .etherAddress: 8
        case .ipv4Address, .port, .transport, .mark, .priority, .number, .direction, .interface, .other: 4
        }
    }

    /// Bytes of a value that stands alone.
    var size: Int {
        switch self {
        case .port: 2
        case .etherAddress: 6
        case .transport, .direction: 1
        case .ipv4Address, .ipv6Address, .mark, .priority, .number, .interface, .etherAddresses, .other: length
        }
    }

    static func joined(_ types: [DataType]) -> String { types.map(\.rawValue).joined(separator: " . ") }

    /// A value as nft reads it.
    public func text(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        switch self {
        case .ipv4Address: return bytes.prefix(4).map { String($0) }.joined(separator: ".")
        case .ipv6Address: return ipv6Text(bytes)
        case .port: return String(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        case .etherAddress: return bytes.prefix(6).map { hexadecimalByte($0) }.joined(separator: ":")
        case .transport: return transportText(bytes[0])
        case .mark, .priority: return hexadecimal(ElementBytes.number(bytes), digits: 8)
        case .number, .interface: return String(ElementBytes.number(bytes))
        case .etherAddresses: return "0x" + bytes.prefix(12).map { hexadecimalByte($0) }.joined()
        case .direction: return bytes[0] == 0 ? "original" : "reply"
        case .other: return hexadecimal(ElementBytes.number(bytes))
        }
    }

    /// Several values one behind the other, as nft reads a concatenation.
    public static func text(_ bytes: some Collection<UInt8>, of fields: [DataType]) -> String {
        var rest = Array(bytes)[...]
        var parts: [String] = []
        for field in fields {
            parts.append(field.text(rest.prefix(field.length)))
            rest = rest.dropFirst(field.length)
        }
        return parts.joined(separator: " . ")
    }
}

extension Expression {
    /// What it computes.
    public var type: DataType {
        switch self {
        case .meta(.transport): .transport
        case .meta(.priority): .priority
        case .meta(.mark), .connection(.mark): .mark
        case .field(.ipSource), .field(.ipDestination): .ipv4Address
        case .field(.ip6Source), .field(.ip6Destination): .ipv6Address
        case .field(.sourcePort), .field(.destinationPort), .field(.tcpSourcePort), .field(.tcpDestinationPort),
            .field(.udpSourcePort), .field(.udpDestinationPort), .field(.erredSourcePort),
            .field(.erredDestinationPort), .field(.erred6SourcePort), .field(.erred6DestinationPort):
            .port
        case .field(.erredTransport), .field(.erred6Transport): .transport
        case .field(.erredSource), .field(.erredDestination): .ipv4Address
        case .field(.erred6Source), .field(.erred6Destination): .ipv6Address
        // Two bytes and four, padded like a port and a number.
        case .field(.ipIdentification), .field(.ip6Identification): .number
        case .connection(.direction): .direction
        case .field(.etherSource), .field(.etherDestination): .etherAddress
        case .field(.etherAddresses): .etherAddresses
        case .meta(.inputInterface): .interface
        case .generated, .hash, .symmetricHash: .number
        case .masked(let value, _): value.type
        case .constant(.mark): .mark
        case .constant(.transport): .transport
        case .connection(.state), .connection(.status), .field(.tcpFlags), .field(.etherType), .meta(.packetType),
            .field(.ipFragment), .field(.ip6FragmentOffset), .field(.ip6MoreFragments), .field(.icmpType),
            .field(.icmp6Type), .field(.erredVersion),
            .destinationType, .concatenation, .lookup, .constant:
            .other
        }
    }
}

/// RFC 5952: the longest run of two or more zero groups, the first of equals, becomes `::`.
func ipv6Text(_ bytes: [UInt8]) -> String {
    let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
    var best = 0..<0
    var start = 0
    while start < 8 {
        guard groups[start] == 0 else {
            start += 1
            continue
        }
        let end = groups[start...].firstIndex { $0 != 0 } ?? 8
        if end - start > max(1, best.count) { best = start..<end }
        start = end
    }
    let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    return best.isEmpty ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
}

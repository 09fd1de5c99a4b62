// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// The numbers of ctnetlink in the width in which they stand in messages (<linux/netfilter/nfnetlink_conntrack.h>).
enum ConntrackNumber {
    static let get = type(IPCTNL_MSG_CT_GET)
    static let delete = type(IPCTNL_MSG_CT_DELETE)

    private static func type(_ message: cntl_msg_types) -> UInt16 {
        UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(message.rawValue)
    }

    static let original = UInt16(CTA_TUPLE_ORIG.rawValue)
    static let reply = UInt16(CTA_TUPLE_REPLY.rawValue)
    static let status = UInt16(CTA_STATUS.rawValue)
    static let statusMask = UInt16(CTA_STATUS_MASK.rawValue)
    static let timeout = UInt16(CTA_TIMEOUT.rawValue)
    static let mark = UInt16(CTA_MARK.rawValue)
    static let markMask = UInt16(CTA_MARK_MASK.rawValue)
    static let id = UInt16(CTA_ID.rawValue)
    static let zone = UInt16(CTA_ZONE.rawValue)

    static let protocolInformation = UInt16(CTA_PROTOINFO.rawValue)
    static let tcpInformation = UInt16(CTA_PROTOINFO_TCP.rawValue)
    static let tcpState = UInt16(CTA_PROTOINFO_TCP_STATE.rawValue)

    /// States in which a TCP connection is over: both ends have closed, or one has reset it.
    static let tcpStatesOfTheEnd = [TCP_CONNTRACK_LAST_ACK, TCP_CONNTRACK_TIME_WAIT, TCP_CONNTRACK_CLOSE].map {
        UInt8($0.rawValue)
    }

    static let tupleAddresses = UInt16(CTA_TUPLE_IP.rawValue)
    static let tupleTransport = UInt16(CTA_TUPLE_PROTO.rawValue)
    static let tupleZone = UInt16(CTA_TUPLE_ZONE.rawValue)

    static let source4 = UInt16(CTA_IP_V4_SRC.rawValue)
    static let destination4 = UInt16(CTA_IP_V4_DST.rawValue)
    static let source6 = UInt16(CTA_IP_V6_SRC.rawValue)
    static let destination6 = UInt16(CTA_IP_V6_DST.rawValue)

    static let transport = UInt16(CTA_PROTO_NUM.rawValue)
    static let sourcePort = UInt16(CTA_PROTO_SRC_PORT.rawValue)
    static let destinationPort = UInt16(CTA_PROTO_DST_PORT.rawValue)
    static let icmpID = UInt16(CTA_PROTO_ICMP_ID.rawValue)
    static let icmpType = UInt16(CTA_PROTO_ICMP_TYPE.rawValue)
    static let icmpCode = UInt16(CTA_PROTO_ICMP_CODE.rawValue)
    static let icmp6ID = UInt16(CTA_PROTO_ICMPV6_ID.rawValue)
    static let icmp6Type = UInt16(CTA_PROTO_ICMPV6_TYPE.rawValue)
    static let icmp6Code = UInt16(CTA_PROTO_ICMPV6_CODE.rawValue)

    /// NFPROTO_IPV6, of which addresses have 16 bytes.
    static let ip6: UInt8 = 10
}

extension MessageBuilder {
    /// What the kernel finds a connection by: the original tuple, and the number that says that it is still the same one.
    mutating func identity(of entry: ConntrackEntry) {
        tuple(of: entry)
        attribute(ConntrackNumber.id, number: entry.id)
    }

    /// The original tuple, and the zone where it has one.
    mutating func tuple(of entry: ConntrackEntry) {
        nest(ConntrackNumber.original) { tuple in
            tuple.nest(ConntrackNumber.tupleAddresses) { addresses in
                let isIPv6 = entry.family == ConntrackNumber.ip6
                addresses.attribute(
                    isIPv6 ? ConntrackNumber.source6 : ConntrackNumber.source4, entry.source, isIPv6: isIPv6)
                addresses.attribute(
                    isIPv6 ? ConntrackNumber.destination6 : ConntrackNumber.destination4, entry.destination,
                    isIPv6: isIPv6)
            }
            tuple.nest(ConntrackNumber.tupleTransport) { transport in
                transport.attribute(ConntrackNumber.transport, bytes: CollectionOfOne(entry.transport))
                transport.selector(entry.selector, isIPv6: entry.family == ConntrackNumber.ip6)
            }
        }
        if entry.zone != 0 { attribute(ConntrackNumber.zone, number: entry.zone) }
    }

    private mutating func selector(_ selector: ConntrackEntry.Selector, isIPv6: Bool) {
        switch selector {
        case .none: break
        case .ports(let source, let destination):
            attribute(ConntrackNumber.sourcePort, number: source)
            attribute(ConntrackNumber.destinationPort, number: destination)
        case .icmp(let id, let type, let code):
            attribute(isIPv6 ? ConntrackNumber.icmp6ID : ConntrackNumber.icmpID, number: id)
            attribute(
                isIPv6 ? ConntrackNumber.icmp6Type : ConntrackNumber.icmpType, bytes: CollectionOfOne(type))
            attribute(
                isIPv6 ? ConntrackNumber.icmp6Code : ConntrackNumber.icmpCode, bytes: CollectionOfOne(code))
        }
    }

    private mutating func attribute(_ type: UInt16, number: UInt16) {
        attribute(type, bytes: [UInt8(number >> 8), UInt8(number & 0xff)])
    }

    private mutating func attribute(_ type: UInt16, _ address: ConntrackEntry.Address, isIPv6: Bool) {
        guard isIPv6 else { return attribute(type, number: UInt32(truncatingIfNeeded: address.low)) }
        attribute(
            type,
            bytes: [address.high, address.low].flatMap { half in
                Swift.stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
            })
    }

    /// Value and mask, as the kernel's filter wants them.
    mutating func filter(_ bits: ConntrackFilter.Bits?, _ value: UInt16, _ mask: UInt16) {
        guard let bits else { return }
        attribute(value, number: bits.value)
        attribute(mask, number: bits.mask)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// The numbers of rtnetlink in the width in which they stand in messages (<linux/rtnetlink.h> and what it includes).
enum NetworkNumber {
    static let newLink = UInt16(RTM_NEWLINK)
    static let deleteLink = UInt16(RTM_DELLINK)
    static let getLink = UInt16(RTM_GETLINK)
    static let newAddress = UInt16(RTM_NEWADDR)
    static let deleteAddress = UInt16(RTM_DELADDR)
    static let getAddress = UInt16(RTM_GETADDR)
    static let newRoute = UInt16(RTM_NEWROUTE)
    static let deleteRoute = UInt16(RTM_DELROUTE)
    static let getRoute = UInt16(RTM_GETROUTE)
    static let newNeighbour = UInt16(RTM_NEWNEIGH)
    static let deleteNeighbour = UInt16(RTM_DELNEIGH)
    static let getNeighbour = UInt16(RTM_GETNEIGH)
    static let newRule = UInt16(RTM_NEWRULE)
    static let deleteRule = UInt16(RTM_DELRULE)
    static let newForwarding = UInt16(RTM_NEWNETCONF)
    static let deleteForwarding = UInt16(RTM_DELNETCONF)
    static let getForwarding = UInt16(RTM_GETNETCONF)

    static let linkName = UInt16(IFLA_IFNAME)
    static let linkAddress = UInt16(IFLA_ADDRESS)
    static let linkMask = UInt16(IFLA_EXT_MASK)
    /// Leaves the counters of each interface, some 200 bytes, out of a dump.
    static let skipStatistics = UInt32(RTEXT_FILTER_SKIP_STATS)
    static let isUp: UInt32 = 0x1  // IFF_UP
    static let hasCarrier: UInt32 = 0x10000  // IFF_LOWER_UP

    static let address = UInt16(IFA_ADDRESS)
    static let localAddress = UInt16(IFA_LOCAL)

    static let neighbourAddress = UInt16(NDA_DST)
    static let neighbourHardware = UInt16(NDA_LLADDR)
    static let use = UInt8(NTF_USE)
    static let proxy = UInt8(NTF_PROXY)

    static let routeDestination = UInt16(RTA_DST.rawValue)
    static let routeLink = UInt16(RTA_OIF.rawValue)
    static let routeGateway = UInt16(RTA_GATEWAY.rawValue)
    static let routeVia = UInt16(RTA_VIA.rawValue)

    static let forwardingLink = UInt16(NETCONFA_IFINDEX)
    static let forwarding = UInt16(NETCONFA_FORWARDING)

    static let ip: UInt8 = 2  // AF_INET
    static let ip6: UInt8 = 10  // AF_INET6
}

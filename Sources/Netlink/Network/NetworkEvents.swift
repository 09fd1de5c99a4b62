// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// What there is to be known of a network.
public struct NetworkSubjects: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// Subjects of bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Interfaces.
    public static let links = NetworkSubjects(rawValue: 1)
    /// Addresses of the host.
    public static let addresses = NetworkSubjects(rawValue: 2)
    /// Whether packets are forwarded.
    public static let forwarding = NetworkSubjects(rawValue: 4)
    /// Routes, and the rules that choose between tables of them. Only of interest as news.
    public static let routes = NetworkSubjects(rawValue: 8)
    /// Neighbours. Only of interest as news.
    public static let neighbours = NetworkSubjects(rawValue: 16)

    /// The groups of listeners that are told of them.
    var groups: [UInt32] {
        var groups: [rtnetlink_groups] = []
        if contains(.links) { groups += [RTNLGRP_LINK] }
        if contains(.addresses) { groups += [RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR] }
        if contains(.forwarding) { groups += [RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF] }
        if contains(.routes) {
            groups += [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE]
        }
        if contains(.neighbours) { groups += [RTNLGRP_NEIGH] }
        return groups.map(\.rawValue)
    }
}

/// What the kernel tells of the host's network: a state, not a difference. The same may be told twice.
public enum NetworkEvent: Sendable, Hashable {
    /// An interface is there, or is another than it was.
    case link(NetworkLink)
    /// The interface of this number is gone.
    case linkGone(UInt32)
    /// The host has an address.
    case address(NetworkLinkAddress)
    /// The host no longer has an address.
    case addressGone(NetworkLinkAddress)
    /// More or less is known of a neighbour. A new one that is being asked is not told (seen on Linux 6.18), a failure is, each
    /// time.
    case neighbour(Neighbour)
    /// A neighbour was forgotten: all of an interface are when it loses its carrier.
    case neighbourGone(Neighbour)
    /// The way to some addresses may be another.
    ///
    /// Not told (Linux 6.18): that the IPv4 routes of an interface end as it goes down, or are left as it loses its carrier.
    case routes(RoutePrefix)
    /// The way to any address may be another.
    case rules
    /// Packets are forwarded, or are no longer.
    case forwarding(Forwarding)
    /// Something was not told, because more happened at once than the socket holds.
    case lost
}

/// A socket that is told what changes.
public final class NetworkEvents {
    private let events: EventSocket
    private var subjects: NetworkSubjects = []
    private static let operation = "follow the network"

    /// Opens the socket. It is told nothing yet.
    public init() throws(NetlinkError) {
        events = EventSocket(try NetlinkSocket(.route), operation: Self.operation)
    }

    /// Readable when there is something to read.
    public var descriptor: Int32 { events.socket.descriptor }

    /// Sets what is told from now on. What happened before is for a question afterwards.
    public func follow(_ wanted: NetworkSubjects) throws(NetlinkError) {
        for group in wanted.subtracting(subjects).groups {
            try events.socket.join(group: Int32(group), operation: Self.operation)
        }
        for group in subjects.subtracting(wanted).groups {
            try events.socket.leave(group: Int32(group), operation: Self.operation)
        }
        subjects = wanted
    }

    /// Reads what was told, some datagrams at most: a network that changes all the time must not hold the loop.
    public func read(datagrams limit: Int = 64, _ each: (NetworkEvent) -> Void) throws(NetlinkError) {
        try events.read(datagrams: limit, lost: { each(.lost) }) { bytes, message, _ in
            if let event = NetworkEvent(bytes, message) { each(event) }
        }
    }
}

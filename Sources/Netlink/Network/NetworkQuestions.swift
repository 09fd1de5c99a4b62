// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// Questions about the host's network, over one netlink socket (rtnetlink(7)).
///
/// The kernel answers before a question's system call returns, but it may wait there for its lock of the network's
/// configuration (rtnl), which somebody who deletes a thousand interfaces holds for as long.
///
/// Belongs to one thread, and to the network namespace in which that thread made it.
public final class NetworkQuestions {
    private let conversation: NetlinkConversation

    /// Opens the socket.
    public init() throws(NetlinkError) {
        conversation = try NetlinkConversation(.route)
    }

    /// What there is of some subjects, as news.
    ///
    /// Routes and neighbours are asked for one by one: there may be a million of them, and few matter.
    public func read(_ subjects: NetworkSubjects, _ each: (NetworkEvent) -> Void) throws(NetlinkError) {
        if subjects.contains(.links) {
            var request = NetlinkRequest(type: NetworkNumber.getLink, operation: "list interfaces") { message in
                for _ in 0..<4 { message.append(UInt32(0)) }  // struct ifinfomsg
            }
            request.attributes = { message in
                message.attribute(NetworkNumber.linkMask, hostNumber: NetworkNumber.skipStatistics)
            }
            try dump(request, each)
        }
        if subjects.contains(.addresses) {
            let request = NetlinkRequest(type: NetworkNumber.getAddress, operation: "list addresses") { message in
                for _ in 0..<2 { message.append(UInt32(0)) }  // struct ifaddrmsg
            }
            try dump(request, each)
        }
        if subjects.contains(.forwarding) {
            for family in [NetworkNumber.ip, NetworkNumber.ip6] {
                let request = NetlinkRequest(type: NetworkNumber.getForwarding, operation: "list forwarding") {
                    for byte in [family, 0, 0, 0] { $0.append(byte) }  // struct netconfmsg and its padding
                }
                do {
                    try dump(request, each)
                } catch {
                    // A kernel without IPv6 has nobody for this question (rtnetlink_rcv_msg).
                    guard family == NetworkNumber.ip6, error.errno == EOPNOTSUPP else { throw error }
                }
            }
        }
    }

    /// A dump that was torn by a change is asked for again: what it said twice is the same news twice.
    private func dump(_ request: NetlinkRequest, _ each: (NetworkEvent) -> Void) throws(NetlinkError) {
        var request = request
        request.isDump = true
        for attempt in 1... {
            do {
                try conversation.exchange(request) { bytes, message in
                    if let event = NetworkEvent(bytes, message) { each(event) }
                }
                return
            } catch {
                guard error.errno == EINTR, attempt < 10 else { throw error }
            }
        }
    }

    /// Where a packet to an address would go. Of several ways that a route leaves open the kernel names the one that it
    /// takes for packets of its own.
    public func route(to address: NetworkAddress) throws(NetlinkError) -> NetworkRoute {
        var request = NetlinkRequest(type: NetworkNumber.getRoute, operation: "find a route") { message in
            message.append(address.family)  // struct rtmsg
            message.append(address.width)
            for _ in 0..<5 { message.append(UInt16(0)) }
        }
        request.attributes = { $0.attribute(NetworkNumber.routeDestination, bytes: address.bytes) }
        var route = NetworkRoute.none
        do {
            try conversation.exchange(request) { bytes, message in
                if message.type == NetworkNumber.newRoute { route = NetworkRoute(bytes, message) }
            }
        } catch {
            // What `unreachable`, `prohibit`, `blackhole` and no route at all answer (Linux 6.18): EHOSTUNREACH, EACCES,
            // EINVAL, ENETUNREACH.
            guard [EHOSTUNREACH, EACCES, EINVAL, ENETUNREACH].contains(error.errno) else { throw error }
        }
        return route
    }

    /// What is known of a neighbour; nil: nothing.
    public func neighbour(_ address: NetworkAddress, on link: UInt32) throws(NetlinkError) -> Neighbour? {
        var request = NetlinkRequest(type: NetworkNumber.getNeighbour, operation: "find a neighbour") {
            $0.neighbourHeader(address, link, flags: 0)
        }
        request.attributes = { $0.attribute(NetworkNumber.neighbourAddress, bytes: address.bytes) }
        var neighbour: Neighbour?
        do {
            try conversation.exchange(request) { bytes, message in
                if message.type == NetworkNumber.newNeighbour { neighbour = Neighbour(bytes, message) }
            }
        } catch {
            // No such neighbour; no such interface (any more).
            guard error.errno == ENOENT || error.errno == ENODEV else { throw error }
        }
        return neighbour
    }

    /// Makes the kernel ask for a neighbour, as if a packet were to be sent to it: one that is not known, has failed or is
    /// stale is asked, one that has just answered is not.
    ///
    /// Never for one that is fixed: Linux 6.18 then forgets what was written down ("PERMANENT" becomes "INCOMPLETE"), so it
    /// is looked at first.
    public func probe(_ address: NetworkAddress, on link: UInt32) throws(NetlinkError) {
        guard try neighbour(address, on: link)?.state != .fixed else { return }
        var request = NetlinkRequest(type: NetworkNumber.newNeighbour, operation: "ask for a neighbour") {
            $0.neighbourHeader(address, link, flags: NetworkNumber.use)
        }
        request.flags = Number.create
        request.attributes = { $0.attribute(NetworkNumber.neighbourAddress, bytes: address.bytes) }
        do {
            try conversation.exchange(request) { _, _ in }
        } catch {
            // The interface has gone or went down meanwhile; news say so.
            guard [ENODEV, ENETDOWN, EINVAL].contains(error.errno) else { throw error }
        }
    }
}

extension MessageBuilder {
    /// `struct ndmsg`
    fileprivate mutating func neighbourHeader(_ address: NetworkAddress, _ link: UInt32, flags: UInt8) {
        append(address.family)
        append(UInt8(0))
        append(UInt16(0))
        append(link)
        append(UInt16(0))
        append(flags)
        append(UInt8(0))
    }

    /// A 32-bit number in the machine's order, as rtnetlink wants its numbers.
    fileprivate mutating func attribute(_ type: UInt16, hostNumber: UInt32) {
        attribute(type, bytes: unsafe withUnsafeBytes(of: hostNumber) { unsafe Array($0) })
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

extension NetworkEvent {
    /// Reads one message; nil for what is about something else.
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        switch message.type {
        case NetworkNumber.newLink, NetworkNumber.deleteLink:
            guard let link = NetworkLink(bytes, message) else { return nil }
            self = message.type == NetworkNumber.newLink ? .link(link) : .linkGone(link.index)
        case NetworkNumber.newAddress, NetworkNumber.deleteAddress:
            guard let address = NetworkLinkAddress(bytes, message) else { return nil }
            self = message.type == NetworkNumber.newAddress ? .address(address) : .addressGone(address)
        case NetworkNumber.newNeighbour, NetworkNumber.deleteNeighbour:
            guard let neighbour = Neighbour(bytes, message) else { return nil }
            self = message.type == NetworkNumber.newNeighbour ? .neighbour(neighbour) : .neighbourGone(neighbour)
        case NetworkNumber.newRoute, NetworkNumber.deleteRoute:
            guard let prefix = RoutePrefix(bytes, message) else { return nil }
            self = .routes(prefix)
        case NetworkNumber.newRule, NetworkNumber.deleteRule: self = .rules
        case NetworkNumber.newForwarding, NetworkNumber.deleteForwarding:
            guard let forwarding = Forwarding(bytes, message) else { return nil }
            self = .forwarding(forwarding)
        default: return nil
        }
    }
}

extension NetworkLink {
    /// Bridges tell of their ports with messages of the same type and another family, also that one has left them: such a
    /// "deleted" port is still an interface.
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        let start = message.payload.lowerBound  // struct ifinfomsg
        guard message.payload.count >= 16, bytes.number(UInt8.self, at: start) == 0,
            let name = bytes.attribute(NetworkNumber.linkName, in: message.attributes(behind: 16))
        else { return nil }
        let flags = bytes.number(UInt32.self, at: start + 8)
        let running = NetworkNumber.isUp | NetworkNumber.hasCarrier
        self.init(
            index: bytes.number(UInt32.self, at: start + 4),
            name: String(decoding: bytes.copy(name).prefix { $0 != 0 }, as: UTF8.self),
            hardwareAddress: bytes.attribute(NetworkNumber.linkAddress, in: message.attributes(behind: 16))
                .map { bytes.copy($0) } ?? [],
            isRunning: flags & running == running)
    }
}

extension NetworkLinkAddress {
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        guard message.payload.count >= 8 else { return nil }  // struct ifaddrmsg
        let attributes = message.attributes(behind: 8)
        // On a point-to-point interface the other one is the peer's.
        guard
            let value = bytes.attribute(NetworkNumber.localAddress, in: attributes)
                ?? bytes.attribute(NetworkNumber.address, in: attributes),
            let address = NetworkAddress(bytes, value)
        else { return nil }
        self.init(link: bytes.number(UInt32.self, at: message.payload.lowerBound + 4), address: address)
    }
}

extension Neighbour {
    /// Entries of bridges (AF_BRIDGE) and of proxies come as the same messages: they are nobody's neighbours.
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        let start = message.payload.lowerBound  // struct ndmsg
        guard message.payload.count >= 12, bytes.number(UInt8.self, at: start + 10) & NetworkNumber.proxy == 0 else {
            return nil
        }
        let attributes = message.attributes(behind: 12)
        guard let value = bytes.attribute(NetworkNumber.neighbourAddress, in: attributes),
            let address = NetworkAddress(bytes, value), address.family == bytes.number(UInt8.self, at: start)
        else { return nil }
        self.init(
            link: bytes.number(UInt32.self, at: start + 4), address: address,
            state: State(bytes.number(UInt16.self, at: start + 8)),
            hardwareAddress: bytes.attribute(NetworkNumber.neighbourHardware, in: attributes)
                .map { bytes.copy($0) } ?? [])
    }
}

extension Neighbour.State {
    /// NUD_* are bits, of which the kernel sets one.
    init(_ state: UInt16) {
        switch Int32(state) {
        case NUD_REACHABLE, NUD_DELAY, NUD_PROBE: self = .valid(isFresh: true)
        case NUD_STALE: self = .valid(isFresh: false)
        case NUD_FAILED: self = .failed
        case NUD_PERMANENT, NUD_NOARP: self = .fixed
        default: self = .incomplete
        }
    }
}

extension RoutePrefix {
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        let start = message.payload.lowerBound  // struct rtmsg
        guard message.payload.count >= 12 else { return nil }
        let length = bytes.number(UInt8.self, at: start + 1)
        let destination = bytes.attribute(NetworkNumber.routeDestination, in: message.attributes(behind: 12))
        // A default route names no destination.
        let address: NetworkAddress?
        switch bytes.number(UInt8.self, at: start) {
        case NetworkNumber.ip: address = destination.map { NetworkAddress(bytes, $0) } ?? NetworkAddress(ipv4: 0)
        case NetworkNumber.ip6:
            address = destination.map { NetworkAddress(bytes, $0) } ?? NetworkAddress(high: 0, low: 0)
        default: return nil
        }
        guard let address, length <= address.width else { return nil }
        self.init(address: address, length: length)
    }
}

extension Forwarding {
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        guard message.payload.count >= 4 else { return nil }  // struct netconfmsg and its padding
        let family = bytes.number(UInt8.self, at: message.payload.lowerBound)
        guard family == NetworkNumber.ip || family == NetworkNumber.ip6 else { return nil }
        let attributes = message.attributes(behind: 4)
        guard let link = bytes.attribute(NetworkNumber.forwardingLink, in: attributes), link.count == 4 else {
            return nil
        }
        let scope: Scope
        switch bytes.number(Int32.self, at: link.lowerBound) {
        case -1: scope = .all  // NETCONFA_IFINDEX_ALL
        case -2: scope = .standard  // NETCONFA_IFINDEX_DEFAULT
        case let index: scope = .link(UInt32(bitPattern: index))
        }
        if message.type == NetworkNumber.deleteForwarding {
            self.init(isIPv6: family == NetworkNumber.ip6, scope: scope, isOn: false)
            return
        }
        // A message about another setting of the interface does not carry this one.
        guard let value = bytes.attribute(NetworkNumber.forwarding, in: attributes), value.count == 4 else {
            return nil
        }
        self.init(
            isIPv6: family == NetworkNumber.ip6, scope: scope,
            isOn: bytes.number(Int32.self, at: value.lowerBound) != 0)
    }
}

extension NetworkRoute {
    init(_ bytes: RawSpan, _ message: ReceivedMessage) {
        let start = message.payload.lowerBound  // struct rtmsg
        self = .none
        guard message.payload.count >= 12 else { return }
        let attributes = message.attributes(behind: 12)
        switch Int(bytes.number(UInt8.self, at: start + 7)) {
        case Int(RTN_LOCAL): self = .local
        case Int(RTN_UNICAST):
            guard let link = bytes.attribute(NetworkNumber.routeLink, in: attributes), link.count == 4 else { return }
            var gateway = bytes.attribute(NetworkNumber.routeGateway, in: attributes)
            if gateway == nil, let via = bytes.attribute(NetworkNumber.routeVia, in: attributes), via.count > 2 {
                gateway = (via.lowerBound + 2)..<via.upperBound  // struct rtvia begins with the family
            }
            self = .over(
                link: bytes.number(UInt32.self, at: link.lowerBound),
                gateway: gateway.flatMap { NetworkAddress(bytes, $0) })
        default: break
        }
    }
}

extension ReceivedMessage {
    /// The attributes behind a structure of that many bytes.
    func attributes(behind count: Int) -> Range<Int> {
        min(payload.lowerBound + count, payload.upperBound)..<payload.upperBound
    }
}

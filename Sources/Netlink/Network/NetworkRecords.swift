// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An interface (rtnetlink(7), RTM_NEWLINK).
public struct NetworkLink: Sendable, Hashable {
    /// The kernel's number, which a new interface of the same name does not inherit.
    public var index: UInt32
    /// The name, which may change.
    public var name: String
    /// The hardware address, of as many bytes as the kind of interface has; none: empty.
    public var hardwareAddress: [UInt8]
    /// Whether it is up and has a carrier (IFF_UP and IFF_LOWER_UP).
    public var isRunning: Bool

    /// Describes an interface.
    public init(index: UInt32, name: String, hardwareAddress: [UInt8], isRunning: Bool) {
        self.index = index
        self.name = name
        self.hardwareAddress = hardwareAddress
        self.isRunning = isRunning
    }
}

/// An address of the host (RTM_NEWADDR).
public struct NetworkLinkAddress: Sendable, Hashable {
    /// The interface's number.
    public var link: UInt32
    /// The address.
    public var address: NetworkAddress

    /// Describes an address.
    public init(link: UInt32, address: NetworkAddress) {
        self.link = link
        self.address = address
    }
}

/// Who is behind an address on an interface, as far as ARP or neighbour discovery know (RTM_NEWNEIGH).
public struct Neighbour: Sendable, Hashable {
    /// The interface's number.
    public var link: UInt32
    /// The address.
    public var address: NetworkAddress
    /// How much is known.
    public var state: State
    /// The hardware address; none: empty.
    public var hardwareAddress: [UInt8]

    /// How much is known of a neighbour (NUD_* in <linux/neighbour.h>).
    public enum State: Sendable, Hashable {
        /// It has been asked and has not answered yet, or nobody has asked.
        case incomplete
        /// It has answered, and somebody is or has been talking to it; `isFresh`: not for so long that it should be asked again.
        case valid(isFresh: Bool)
        /// It did not answer.
        case failed
        /// Somebody wrote it down, or the interface needs no answers: it is never asked.
        case fixed
    }

    /// Describes a neighbour.
    public init(link: UInt32, address: NetworkAddress, state: State, hardwareAddress: [UInt8]) {
        self.link = link
        self.address = address
        self.state = state
        self.hardwareAddress = hardwareAddress
    }
}

/// Addresses of which the route may have changed.
public struct RoutePrefix: Sendable, Hashable {
    /// The first address.
    public var address: NetworkAddress
    /// How many of its bits all of them share.
    public var length: UInt8

    /// Describes a prefix.
    public init(address: NetworkAddress, length: UInt8) {
        self.address = address
        self.length = length
    }
}

/// Whether packets that come in at an interface are forwarded (RTM_NEWNETCONF).
public struct Forwarding: Sendable, Hashable {
    /// Of which family.
    public var isIPv6: Bool
    /// Where.
    public var scope: Scope
    /// Whether they are. `false` also for an interface that is gone.
    public var isOn: Bool

    /// Where it holds.
    public enum Scope: Sendable, Hashable {
        /// `conf/all`: for IPv4 what was last asked for everywhere, for IPv6 what decides.
        case all
        /// `conf/default`: what new interfaces begin with.
        case standard
        /// One interface.
        case link(UInt32)
    }

    /// Describes a setting.
    public init(isIPv6: Bool, scope: Scope, isOn: Bool) {
        self.isIPv6 = isIPv6
        self.scope = scope
        self.isOn = isOn
    }
}

/// Where the kernel would send a packet.
public enum NetworkRoute: Sendable, Hashable {
    /// Out at an interface, to the destination itself or to a gateway; `gateway` may be of the other family (RFC 5549).
    case over(link: UInt32, gateway: NetworkAddress?)
    /// To the host itself.
    case local
    /// Nowhere: no route, or one that refuses, or one to more than one neighbour.
    case none
}

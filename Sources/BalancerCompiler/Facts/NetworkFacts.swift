// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// What the host's network looks like, as far as farms at ingress depend on it (rtnetlink(7)).
///
/// A value: whoever watches the kernel makes a new one, and only the farms that depend on what differs are compiled again.
public struct NetworkFacts: Sendable, Equatable {
    /// The interfaces by name.
    public var interfaces: [InterfaceName: Interface]
    /// On which interface each of the host's own addresses is.
    public var ownAddresses: [IPAddress: InterfaceName]
    /// The way to each backend that somebody asked for. What is not here is not known yet.
    public var ways: [IPAddress: Way]
    /// The interface by which each address is reached that somebody asked for.
    public var exits: [IPAddress: InterfaceName] = [:]
    /// Whether the host forwards packets of a family. What is not here is not known.
    public var forwarding: [AddressFamily: Bool]

    /// Describes a network.
    public init(
        interfaces: [InterfaceName: Interface] = [:], ownAddresses: [IPAddress: InterfaceName] = [:],
        ways: [IPAddress: Way] = [:], forwarding: [AddressFamily: Bool] = [:]
    ) {
        self.interfaces = interfaces
        self.ownAddresses = ownAddresses
        self.ways = ways
        self.forwarding = forwarding
    }

    /// One interface.
    public struct Interface: Sendable, Hashable {
        /// The kernel's number (`ifindex`). It changes when the interface goes and comes back.
        public var index: UInt32
        /// Nil where it has none of six bytes (a tunnel, say).
        public var hardwareAddress: MACAddress?
        /// Whether it is up and has a carrier (IFF_UP and IFF_LOWER_UP in <linux/if.h>).
        public var isRunning: Bool

        /// Describes an interface.
        public init(index: UInt32, hardwareAddress: MACAddress?, isRunning: Bool) {
            self.index = index
            self.hardwareAddress = hardwareAddress
            self.isRunning = isRunning
        }
    }

    /// The way to an address: by the route there, over a gateway or directly.
    public enum Way: Sendable, Hashable {
        /// Frames can be sent.
        case open(NextHop)
        /// The neighbour was asked and has not answered yet.
        case unresolved(InterfaceName)
        /// The neighbour did not answer (NUD_FAILED).
        case failed(InterfaceName)
        /// No route, or one that refuses.
        case unreachable
    }

    /// Where a frame to an address goes.
    public struct NextHop: Sendable, Hashable {
        /// The interface it leaves by.
        public var interface: InterfaceName
        /// The kernel's number of that interface.
        public var index: UInt32
        /// The hardware address of the backend or of the gateway before it.
        public var destination: MACAddress
        /// The hardware address of the interface.
        public var source: MACAddress

        /// Describes a hop.
        public init(interface: InterfaceName, index: UInt32, destination: MACAddress, source: MACAddress) {
            self.interface = interface
            self.index = index
            self.destination = destination
            self.source = source
        }
    }
}

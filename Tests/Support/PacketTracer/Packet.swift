// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A packet as the hooks see it, and what the kernel knows about its connection.
public struct Packet: Sendable, Hashable {
    /// Where it comes from.
    public enum Origin: Sendable, Hashable {
        /// The network: hook prerouting.
        case network
        /// A program on the balancer: hook output.
        case host
    }

    /// The client's address, 4 or 16 bytes.
    public var source: [UInt8]
    /// The address asked for.
    public var destination: [UInt8]
    /// The transport's number.
    public var transport: UInt8
    /// The client's port.
    public var sourcePort: UInt16
    /// The port asked for.
    public var destinationPort: UInt16
    /// Where it comes from.
    public var origin: Origin
    /// Whether the destination is an address of the balancer (`fib daddr type local`).
    public var isDestinationLocal: Bool
    /// The packet mark that it comes with.
    public var mark: UInt32
    /// What conntrack says about its connection; nil: the first packet of a new one.
    public var connection: Connection?
    /// Whether its source and its backend are over every limit; else under it.
    public var isOverLimits = false
    /// Whether it belongs to no connection and begins none.
    public var isInvalid = false
    /// The flags of its TCP header.
    public var tcpFlags: UInt8 = 0

    /// A connection that conntrack knows.
    public struct Connection: Sendable, Hashable {
        /// Its mark.
        public var mark: UInt32
        /// Whether its destination was translated.
        public var isTranslated: Bool
        /// Whether this packet goes back to the client.
        public var isReply: Bool

        /// A connection.
        public init(mark: UInt32, isTranslated: Bool, isReply: Bool) {
            self.mark = mark
            self.isTranslated = isTranslated
            self.isReply = isReply
        }
    }

    /// A packet.
    public init(
        source: [UInt8], sourcePort: UInt16, destination: [UInt8], destinationPort: UInt16, transport: UInt8,
        origin: Origin = .network, isDestinationLocal: Bool = false, mark: UInt32 = 0,
        connection: Connection? = nil
    ) {
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.transport = transport
        self.origin = origin
        self.isDestinationLocal = isDestinationLocal
        self.mark = mark
        self.connection = connection
    }
}

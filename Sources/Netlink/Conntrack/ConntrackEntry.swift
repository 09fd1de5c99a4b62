// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// One connection, or what looks like one, as connection tracking has it. A plain value without storage of its own.
public struct ConntrackEntry: Sendable, Hashable {
    /// An address in the machine's order.
    public struct Address: Sendable, Hashable {
        /// The first 64 bits; 0 for IPv4.
        public var high: UInt64
        /// The last 64 bits; an IPv4 address stands in the low 32.
        public var low: UInt64

        /// An address.
        public init(high: UInt64 = 0, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    /// What tells connections between the same two addresses apart.
    public enum Selector: Sendable, Hashable {
        /// Ports, or what a protocol has in their place.
        case ports(source: UInt16, destination: UInt16)
        /// ICMP or ICMPv6.
        case icmp(id: UInt16, type: UInt8, code: UInt8)
        /// Nothing: a protocol that the kernel does not know.
        case none
    }

    /// What has happened to it (IPS_* in <linux/netfilter/nf_conntrack_common.h>).
    public struct Status: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt32

        /// A status of bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Packets have been seen both ways.
        public static let seenReply = Status(rawValue: IPS_SEEN_REPLY.rawValue)
        /// It will not be dropped early to make room.
        public static let assured = Status(rawValue: IPS_ASSURED.rawValue)
        /// Its source is translated.
        public static let sourceTranslated = Status(rawValue: IPS_SRC_NAT.rawValue)
        /// Its destination is translated.
        public static let destinationTranslated = Status(rawValue: IPS_DST_NAT.rawValue)
    }

    /// The protocol family (NFPROTO_*): 2 or 10.
    public var family: UInt8
    /// The transport protocol's number (IANA).
    public var transport: UInt8
    /// Who asked.
    public var source: Address
    /// Whom it asked, before any translation.
    public var destination: Address
    /// Between which ports.
    public var selector: Selector
    /// Who answers: the destination after translation.
    public var answering: Address
    /// From which port it answers; 0 where there are no ports.
    public var answeringPort: UInt16
    /// Whether it is TCP of which both ends have said their last, or that was reset: the kernel only waits for stragglers.
    public var isOver: Bool
    /// The connection mark.
    public var mark: UInt32
    /// What has happened to it.
    public var status: Status
    /// Seconds until it is forgotten, if no packet comes.
    public var timeout: UInt32
    /// The kernel's number for it, until it is forgotten.
    public var id: UInt32
    /// The zone; 0 unless a rule says otherwise.
    public var zone: UInt16

    /// Describes a connection.
    public init(
        family: UInt8, transport: UInt8, source: Address, destination: Address, selector: Selector,
        answering: Address, answeringPort: UInt16 = 0, isOver: Bool = false, mark: UInt32 = 0, status: Status = [],
        timeout: UInt32 = 0, id: UInt32 = 0, zone: UInt16 = 0
    ) {
        self.family = family
        self.transport = transport
        self.source = source
        self.destination = destination
        self.selector = selector
        self.answering = answering
        self.answeringPort = answeringPort
        self.isOver = isOver
        self.mark = mark
        self.status = status
        self.timeout = timeout
        self.id = id
        self.zone = zone
    }
}

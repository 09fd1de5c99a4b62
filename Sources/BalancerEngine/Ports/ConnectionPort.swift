// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// The kernel's connection tracking, as the engine sees it: what is asked of it and what it is made to forget.
///
/// Called on the engine's thread.
public protocol ConnectionPort: AnyObject {
    /// Begins to read connections, in parts, on a socket of its own.
    ///
    /// The kernel walks over its whole table before it answers that nothing matches: tens of milliseconds with the usual
    /// 262,144 buckets, however few connections there are.
    func beginDump(_ filter: ConnectionFilter) throws(KernelFailure) -> any ConnectionDump

    /// What the kernel knows of one flow, whichever way its packets went; nil: nothing. It is found by its hash.
    func find(_ flow: Flow) throws(KernelFailure) -> TrackedConnection?

    /// Makes the kernel forget these connections, as far as they are still the same ones: of each the next packet counts as
    /// the first one.
    ///
    /// - Returns: how many were still there.
    @discardableResult
    func forget(_ connections: [TrackedConnection]) throws(KernelFailure) -> Int

    /// Makes the kernel forget all connections whose destination is translated and whose mark has these bits, answered or
    /// not: one message and one walk over its table, whatever it holds.
    func forget(translatedWith mark: ConnectionFilter.MarkBits) throws(KernelFailure)
}

/// A dump under way.
public protocol ConnectionDump: AnyObject {
    /// The next part, or nil at the end. Parts may be empty.
    func next() throws(KernelFailure) -> [TrackedConnection]?
}

/// Which connections are wanted: the kernel sends no others.
public struct ConnectionFilter: Sendable, Hashable {
    /// Of addresses of which family.
    public var family: AddressFamily
    /// What some bits of the mark must be.
    public var mark: MarkBits
    /// Only those that have seen no answer.
    public var isUnrepliedOnly: Bool

    /// Bits of a mark.
    public struct MarkBits: Sendable, Hashable {
        /// What they must be.
        public var value: UInt32
        /// Which bits; none: any mark will do.
        public var mask: UInt32

        /// Bits that must have a value.
        public init(value: UInt32, mask: UInt32) {
            self.value = value & mask
            self.mask = mask
        }

        /// Any mark.
        public static let any = MarkBits(value: 0, mask: 0)

        /// Whether a mark has them.
        public func match(_ mark: UInt32) -> Bool { mark & mask == value }
    }

    /// A filter.
    public init(family: AddressFamily, mark: MarkBits = .any, isUnrepliedOnly: Bool = false) {
        self.family = family
        self.mark = mark
        self.isUnrepliedOnly = isUnrepliedOnly
    }

    /// Whether a connection passes.
    public func match(_ connection: TrackedConnection) -> Bool {
        connection.destination.family == family && mark.match(connection.mark)
            && !(isUnrepliedOnly && connection.isReplied)
    }
}

/// A connection, or what looks like one, as connection tracking has it.
public struct TrackedConnection: Sendable, Hashable {
    /// What tells connections between the same two addresses apart.
    public enum Selector: Sendable, Hashable {
        /// Ports, or what a protocol has in their place.
        case ports(source: UInt16, destination: UInt16)
        /// ICMP or ICMPv6.
        case icmp(id: UInt16, type: UInt8, code: UInt8)
        /// Nothing: a protocol that the kernel does not know.
        case none
    }

    /// The transport protocol's number (IANA).
    public var transport: UInt8
    /// Who asked.
    public var source: IPAddress
    /// Whom it asked, before any translation.
    public var destination: IPAddress
    /// Between which ports.
    public var selector: Selector
    /// Who answers: the destination after translation.
    public var answering: IPAddress
    /// From which port it answers; 0 where there are no ports.
    public var answeringPort: UInt16
    /// Whether both its ends know that it is over: the kernel keeps it for stragglers.
    public var isOver: Bool
    /// The connection mark.
    public var mark: UInt32
    /// Whether packets have been seen both ways.
    public var isReplied: Bool
    /// Whether its destination is translated, by us or by anybody.
    public var isTranslated: Bool
    /// Whether its source is translated.
    public var isSourceTranslated: Bool
    /// Seconds until it is forgotten, if no packet comes.
    public var secondsLeft: UInt32
    /// The kernel's number for it, until it is forgotten.
    public var id: UInt32
    /// The zone; 0 unless somebody's rules say otherwise.
    public var zone: UInt16

    /// Describes a connection.
    public init(
        transport: UInt8, source: IPAddress, destination: IPAddress, selector: Selector, answering: IPAddress,
        answeringPort: UInt16 = 0, isOver: Bool = false, mark: UInt32 = 0, isReplied: Bool = false,
        isTranslated: Bool = false,
        isSourceTranslated: Bool = false, secondsLeft: UInt32 = 0, id: UInt32 = 0, zone: UInt16 = 0
    ) {
        self.transport = transport
        self.source = source
        self.destination = destination
        self.selector = selector
        self.answering = answering
        self.answeringPort = answeringPort
        self.isOver = isOver
        self.mark = mark
        self.isReplied = isReplied
        self.isTranslated = isTranslated
        self.isSourceTranslated = isSourceTranslated
        self.secondsLeft = secondsLeft
        self.id = id
        self.zone = zone
    }

    /// The port that was asked for; 0 where there are no ports.
    public var port: UInt16 {
        switch selector {
        case .ports(_, let destination): destination
        case .icmp, .none: 0
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// What becomes of a packet.
public struct Outcome: Sendable, Hashable {
    /// Where its source address comes from on the way out.
    public enum Source: Sendable, Hashable {
        /// Its own.
        case own
        /// The interface it leaves by.
        case masqueraded
        /// An address of the ruleset.
        case address([UInt8])
    }

    /// Whether a rule dropped it.
    public var isDropped = false
    /// The address of the backend; nil: not translated.
    public var address: [UInt8]?
    /// The port of the backend; nil: the one asked for.
    public var port: UInt16?
    /// Where its source address comes from on the way out.
    public var source = Source.own
    /// The connection's mark.
    public var connectionMark: UInt32 = 0
    /// The packet's mark.
    public var packetMark: UInt32 = 0
    /// Maps that learnt something from it, or let it live on.
    public var remembered: [String] = []
    /// The packet's priority, which must not leave with it.
    public var priority: UInt32 = 0
    /// How the lines begin that it leaves in the log.
    public var logged: [String] = []
    /// Elements with counters that counted it: set and key.
    public var counted: [String] = []

    /// Fields of its headers that were written.
    public var written: [HeaderField: [UInt8]] = [:]
    /// The interface that it was sent out of.
    public var interface: UInt32?

    /// A packet to which nothing has happened.
    public init() {}
}

/// One thing that can become of a packet, and how often it does.
public struct WeightedOutcome: Sendable {
    /// What becomes of it.
    public var outcome: Outcome
    /// How often, of 1.
    public var share: Double
    /// The rules that the first packet with this outcome met and matched.
    public var trail: [String]
}

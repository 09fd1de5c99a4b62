// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a rule computes: a value in the kernel's registers.
///
/// Only what the balancer's rules use. Each prints as nft text that libnftables 1.0.6 and 1.1.3 read alike.
public indirect enum Expression: Sendable, Hashable {
    /// A property of the packet in the kernel.
    case meta(MetaKey)
    /// A field of its headers.
    case field(HeaderField)
    /// A property of its connection.
    case connection(ConnectionKey)
    /// `fib daddr type`: whose the destination is, by the routing table.
    case destinationType
    /// A number from a generator, below `modulus`.
    case generated(Generator, modulus: UInt32)
    /// The kernel's jhash over a concatenation, below `modulus`. Without a seed it would differ after every reload.
    case hash([Expression], modulus: UInt32, seed: UInt32)
    /// Several values one behind the other.
    case concatenation([Expression])
    /// What a map says about a value. A rule whose key is not in the map ends there, without a match.
    case lookup(Expression, map: String)
    /// The bits of a value that are set in a mask.
    case masked(Expression, UInt32)
    /// A constant.
    case constant(Constant)
}

/// Properties of a packet in the kernel.
public enum MetaKey: String, Sendable, Hashable {
    /// The transport protocol, behind IPv6 extension headers too.
    case transport = "meta l4proto"
    /// The priority: the balancer's register between rules.
    case priority = "meta priority"
    /// The packet mark.
    case mark = "meta mark"
}

/// Header fields.
public enum HeaderField: String, Sendable, Hashable {
    /// IPv4 source.
    case ipSource = "ip saddr"
    /// IPv4 destination.
    case ipDestination = "ip daddr"
    /// IPv6 source.
    case ip6Source = "ip6 saddr"
    /// IPv6 destination.
    case ip6Destination = "ip6 daddr"
    /// Source port of tcp, udp, sctp…
    case sourcePort = "th sport"
    /// Destination port.
    case destinationPort = "th dport"
}

/// Properties of a connection.
public enum ConnectionKey: String, Sendable, Hashable {
    /// The connection mark: which backend.
    case mark = "ct mark"
    /// new, established, related, invalid, untracked.
    case state = "ct state"
    /// What has been done to it.
    case status = "ct status"
    /// original or reply.
    case direction = "ct direction"
}

/// Number generators (numgen).
public enum Generator: String, Sendable, Hashable {
    /// Counts up; each rule has a counter of its own.
    case increasing = "inc"
    /// Draws.
    case random = "random"
}

/// Constants.
public enum Constant: Sendable, Hashable {
    /// A number, written as hexadecimal: marks and priorities.
    case mark(UInt32)
    /// A transport protocol by its number.
    case transport(UInt8)
    /// A connection state.
    case state(ConnectionState)
    /// `dnat`: the destination has been translated.
    case destinationTranslated
    /// A direction of a connection.
    case direction(Direction)
    /// `local`: an address of this host.
    case localAddress
}

/// Connection states.
public enum ConnectionState: String, Sendable, Hashable {
    /// Belongs to no known connection.
    case invalid
    /// A known connection with traffic in both directions.
    case established
    /// A child of a known connection.
    case related
    /// The first packets of a connection.
    case new
}

/// Directions of a connection.
public enum Direction: String, Sendable, Hashable {
    /// From who began it.
    case original
    /// To who began it.
    case reply
}

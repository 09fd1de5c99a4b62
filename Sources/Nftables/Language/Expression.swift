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
    ///
    /// `offset` is added to the result. nft 1.0.6 dies on more than ten registers of fields (ruleset.md 10).
    case hash([Expression], modulus: UInt32, seed: UInt32, offset: UInt32 = 0)
    /// The kernel's symmetric hash of the flow, below `modulus`: both directions give the same. Its seed is the kernel's own,
    /// the same until the machine starts again.
    case symmetricHash(modulus: UInt32)
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
    /// Whom its frame was for: this host, everybody, another host.
    case packetType = "meta pkttype"
    /// The number of the interface that it came in by.
    case inputInterface = "iif"
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
    /// Source port of TCP.
    case tcpSourcePort = "tcp sport"
    /// Destination port of TCP.
    case tcpDestinationPort = "tcp dport"
    /// Source port of UDP.
    case udpSourcePort = "udp sport"
    /// Destination port of UDP.
    case udpDestinationPort = "udp dport"
    /// Flags of TCP; no field of a packet of another transport.
    case tcpFlags = "tcp flags"
    /// Source hardware address.
    case etherSource = "ether saddr"
    /// Destination hardware address.
    case etherDestination = "ether daddr"
    /// The flags and the offset of an IPv4 fragment.
    case ipFragment = "ip frag-off"
    /// What the fragments of one IPv4 datagram have in common.
    case ipIdentification = "ip id"
    /// The offset of an IPv6 fragment; no field of a packet that is none.
    case ip6FragmentOffset = "frag frag-off"
    /// Whether more fragments follow an IPv6 one; no field of a packet that is none.
    case ip6MoreFragments = "frag more-fragments"
    /// What the fragments of one IPv6 datagram have in common.
    case ip6Identification = "frag id"
    /// The type of an ICMP message.
    case icmpType = "icmp type"
    /// The type of an ICMPv6 message.
    case icmp6Type = "icmpv6 type"
    /// In an ICMP error: version and header length of the packet that it is about, which stands behind eight bytes.
    case erredVersion = "@th,64,8"
    /// In an ICMP error: transport of that packet.
    case erredTransport = "@th,136,8"
    /// In an ICMP error: source of that packet.
    case erredSource = "@th,160,32"
    /// In an ICMP error: destination of that packet.
    case erredDestination = "@th,192,32"
    /// In an ICMP error: source port of that packet, if its header has no options.
    case erredSourcePort = "@th,224,16"
    /// In an ICMP error: destination port of that packet, if its header has no options.
    case erredDestinationPort = "@th,240,16"
    /// In an ICMPv6 error: transport of the packet that it is about, if it has no extension headers.
    case erred6Transport = "@th,112,8"
    /// In an ICMPv6 error: source of that packet.
    case erred6Source = "@th,128,128"
    /// In an ICMPv6 error: destination of that packet.
    case erred6Destination = "@th,256,128"
    /// In an ICMPv6 error: source port of that packet.
    case erred6SourcePort = "@th,384,16"
    /// In an ICMPv6 error: destination port of that packet.
    case erred6DestinationPort = "@th,400,16"
    /// Both hardware addresses, the destination first: what is written at once.
    case etherAddresses = "@ll,0,96"
    /// What an Ethernet frame carries; of a frame with a VLAN tag that it has one, also where the card has taken the tag off
    /// (nft_payload in Linux 6.1 to 6.18).
    case etherType = "ether type"
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
    /// `confirmed`: its first packet has been through.
    case confirmed
    /// A direction of a connection.
    case direction(Direction)
    /// `local`: an address of this host.
    case localAddress
    /// `host`: a frame for this host.
    case thisHost
    /// `other`: a frame for another host.
    case otherHost
    /// `multicast`: a frame for many.
    case multicast
    /// What a frame carries: the packets of an address family.
    case packets(TableFamily)
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

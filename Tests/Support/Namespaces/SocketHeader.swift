// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// What a socket can put between the IP header and the transport's in every packet, without a meaning to anybody.
public enum SocketHeader: Sendable, CaseIterable {
    /// Options of the IPv4 header.
    case ipv4Options
    /// An IPv6 header with hop-by-hop options.
    case hopByHop
    /// An IPv6 header with options for the destination.
    case destination

    var level: Int32 { self == .ipv4Options ? Int32(IPPROTO_IP) : Int32(IPPROTO_IPV6) }

    var option: Int32 {
        switch self {
        case .ipv4Options: IP_OPTIONS
        case .hopByHop: IPV6_HOPOPTS
        case .destination: IPV6_DSTOPTS
        }
    }

    /// Padding: three times "no operation" and the end of the list (RFC 791), or an option PadN in 8 bytes (RFC 8200, 4.2).
    var bytes: [UInt8] { self == .ipv4Options ? [1, 1, 1, 0] : [0, 0, 1, 4, 0, 0, 0, 0] }
}

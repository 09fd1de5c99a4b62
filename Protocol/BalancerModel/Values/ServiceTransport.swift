// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A transport with ports, as it stands in a packet: what the word of a `TransportProtocol` comes down to.
public enum ServiceTransport: String, Sendable, Hashable, CaseIterable {
    case tcp
    case udp
    case sctp

    /// Its number in the header of a packet (IANA, protocol numbers).
    public var number: UInt8 {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .sctp: 132
        }
    }
}

extension TransportProtocol {
    /// The transports with ports that it stands for.
    public var transports: [ServiceTransport] {
        switch self {
        case .tcp: [.tcp]
        case .udp: [.udp]
        case .sctp: [.sctp]
        case .all: ServiceTransport.allCases
        }
    }
}

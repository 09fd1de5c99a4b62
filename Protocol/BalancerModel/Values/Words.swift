// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How a farm hands packets to its backends.
public enum FarmMode: String, Word {
    /// Destination and source are translated: the backend answers to the balancer.
    case snat
    /// The destination is translated: the backend sees the client and routes its answer through the balancer.
    case dnat
    /// The frame is sent on: the backend answers the client itself.
    case dsr
    /// The destination is translated at ingress without connection tracking.
    case stlsdnat
    /// The packets stay on the balancer, for a proxy there.
    case local
}

/// How a farm chooses the backend of a new connection.
public enum Scheduler: String, Word {
    /// In turn.
    case rr
    /// In turn, in proportion to the weights.
    case weight
    /// By a hash of fields of the first packet.
    case hash
    /// By the kernel's symmetric hash of the flow.
    case symhash
    /// By a consistent hash of fields of the first packet: a backend that comes or goes moves little but its own share.
    case maglev
}

/// A field of a packet that a hash or a session is made of. The order of the cases is the canonical order of a list.
public enum PacketField: String, Word, Comparable {
    case srcip
    case dstip
    case srcport
    case dstport
    case srcmac
    case dstmac

    private var order: Int {
        switch self {
        case .srcip: 0
        case .dstip: 1
        case .srcport: 2
        case .dstport: 3
        case .srcmac: 4
        case .dstmac: 5
        }
    }

    /// The canonical order.
    public static func < (left: PacketField, right: PacketField) -> Bool { left.order < right.order }
}

/// The transport of an address.
public enum TransportProtocol: String, Word {
    case tcp
    case udp
    case sctp
    /// Without ports every protocol there is; with ports tcp, udp and sctp.
    case all
}

/// The state of a farm that an operator asked for.
public enum FarmState: String, Word {
    /// Takes new connections.
    case up
    /// Releases its addresses; established connections go on.
    case down
    /// As `down`.
    case off
}

/// The state of a backend that an operator asked for.
public enum BackendState: String, Word {
    /// Takes new connections.
    case up
    /// Takes no new connections; sticky clients move, established connections go on.
    case down
    /// Takes no new clients; known ones (established, sticky) stay.
    case off
    /// Not put up yet: takes nothing, as `down`, and may still lack its address.
    case incomplete

    /// Whether packets may go there: of new connections or of known clients.
    public var isUsable: Bool {
        switch self {
        case .up, .off: true
        case .down, .incomplete: false
        }
    }
}

/// What becomes of the established flows of a backend that goes down or is deleted.
public enum EstablishedFlows: String, Word {
    /// They go on.
    case keep
    /// The kernel forgets them: clients connect again at once, and get another backend.
    case reset
}

/// A connection tracking helper.
public enum Helper: String, Word {
    case none
    case ftp
    case pptp
    case sip
    case snmp
    case tftp

    /// The transports of its protocol.
    public var transports: [ServiceTransport] {
        switch self {
        case .none: []
        case .ftp, .pptp: [.tcp]
        case .snmp, .tftp: [.udp]
        case .sip: [.tcp, .udp]
        }
    }

    /// The families for which the kernel has it (Linux 6.1 to 6.18; tried).
    public var families: [AddressFamily] {
        switch self {
        case .none, .ftp, .tftp, .sip: AddressFamily.allCases
        case .pptp, .snmp: [.ipv4]
        }
    }
}

/// Where a farm logs.
public enum LogPlace: String, Word, Comparable {
    case input
    case forward
    case output

    private var order: Int { LogPlace.allCases.firstIndex(of: self) ?? 0 }
    /// The canonical order.
    public static func < (left: LogPlace, right: LogPlace) -> Bool { left.order < right.order }
}

/// What happens to a packet that a limit or a policy refuses.
public enum VerdictWord: String, Word, Comparable {
    case log
    case drop
    case accept

    private var order: Int { VerdictWord.allCases.firstIndex(of: self) ?? 0 }
    /// The canonical order.
    public static func < (left: VerdictWord, right: VerdictWord) -> Bool { left.order < right.order }
}

/// Whether the addresses of a policy are refused or let in.
public enum PolicyType: String, Word {
    case blacklist
    case whitelist
}

/// Which address of a packet a policy looks at.
public enum PolicyRoute: String, Word {
    case `in`
    case out
}

/// The attribute `action` of the C program: orders to itself, which no configuration gives.
public enum FarmAction: String, Word {
    case none
    case start
    case stop
    case reload
    case flush
    case delete
}

extension AddressFamily: Word {}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What traffic has counted for a farm or a backend. Numbers only grow, and wrap at 2⁶⁴.
///
/// Exact: a packet is counted once, when it arrives, whether or not something drops it later. Bytes are those of the IP
/// packet, headers included.
public struct TrafficCounts: Sendable, Hashable {
    /// Connections that began: first packets.
    public var connections: UInt64 = 0
    /// Packets from clients.
    public var packetsIn: UInt64 = 0
    /// Packets to clients.
    public var packetsOut: UInt64 = 0
    /// Bytes from clients.
    public var bytesIn: UInt64 = 0
    /// Bytes to clients.
    public var bytesOut: UInt64 = 0

    /// Nothing.
    public init() {}

    /// Counts.
    public init(connections: UInt64, packetsIn: UInt64, packetsOut: UInt64, bytesIn: UInt64, bytesOut: UInt64) {
        self.connections = connections
        self.packetsIn = packetsIn
        self.packetsOut = packetsOut
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }
}

/// A record with counts.
protocol Counted {
    var counts: TrafficCounts { get set }
}

extension Field where Object: Counted {
    /// The fields of the counts.
    static var counts: [Field<Object>] {
        [
            .required("connections", \.counts.connections, "Connections that began."),
            .required("packetsIn", \.counts.packetsIn, "Packets from clients."),
            .required("packetsOut", \.counts.packetsOut, "Packets to clients."),
            .required("bytesIn", \.counts.bytesIn, "Bytes from clients, IP headers included."),
            .required("bytesOut", \.counts.bytesOut, "Bytes to clients, IP headers included."),
        ]
    }
}

/// Packets that met a limit of a farm. Numbers only grow, and wrap at 2⁶⁴.
///
/// They were dropped, where the farm's `verdict` says so; a packet meets one limit at most, then.
public struct LimitCounts: Record, Hashable {
    /// First packets over `new-rtlimit`.
    public var new: UInt64 = 0
    /// RST packets over `rst-rtlimit`.
    public var resets: UInt64 = 0
    /// First packets over the farm's `est-connlimit`.
    public var established: UInt64 = 0
    /// First packets over the `est-connlimit` of a backend.
    public var backends: UInt64 = 0
    /// Packets that `tcp-strict` refuses.
    public var invalid: UInt64 = 0
    /// Packets that passed because a limit had no room for their source.
    public var unmetered: UInt64 = 0

    /// Nothing.
    public init() {}

    /// Counts.
    public init(
        new: UInt64, resets: UInt64, established: UInt64, backends: UInt64, invalid: UInt64, unmetered: UInt64
    ) {
        self.new = new
        self.resets = resets
        self.established = established
        self.backends = backends
        self.invalid = invalid
        self.unmetered = unmetered
    }

    /// What goes over the wire.
    public static let fields: [Field<LimitCounts>] = [
        .defaulting("new", \.new, 0, "First packets over new-rtlimit."),
        .defaulting("resets", \.resets, 0, "RST packets over rst-rtlimit."),
        .defaulting("established", \.established, 0, "First packets over the farm's est-connlimit."),
        .defaulting("backends", \.backends, 0, "First packets over the est-connlimit of a backend."),
        .defaulting("invalid", \.invalid, 0, "Packets that tcp-strict refuses."),
        .defaulting(
            "unmetered", \.unmetered, 0, "Packets that passed because a limit had no room for their source."),
    ]
}

/// The figures of a farm.
public struct FarmStatistics: Record, Hashable, Counted {
    /// The farm.
    public var name = ""
    /// Those of its backends together, and those of backends that it had: a restart of the daemon forgets the latter.
    public var counts = TrafficCounts()
    /// What met its limits; nil: nothing.
    public var limits: LimitCounts?
    /// Its backends in their order.
    public var backends: [BackendStatistics] = []

    /// A farm without a name.
    public init() {}

    /// The figures of a farm.
    public init(
        name: String, counts: TrafficCounts, limits: LimitCounts? = nil, backends: [BackendStatistics]
    ) {
        self.name = name
        self.counts = counts
        self.limits = limits
        self.backends = backends
    }

    /// What goes over the wire.
    public static let fields: [Field<FarmStatistics>] =
        [.required("name", \.name, "The farm.")] + Field.counts + [
            .optional("limits", \.limits, "Packets that met its limits; missing where none has."),
            .required(
                "backends", \.backends,
                "Its backends in their order. The farm's figures are theirs together, and those of backends that it had, "
                    + "which a restart of the daemon forgets."),
        ]
}

/// The figures of a backend.
public struct BackendStatistics: Record, Hashable, Counted {
    /// The backend.
    public var name = ""
    /// Since it was made.
    public var counts = TrafficCounts()
    /// First packets over its `est-connlimit`.
    public var limited: UInt64 = 0

    /// A backend without a name.
    public init() {}

    /// The figures of a backend.
    public init(name: String, counts: TrafficCounts, limited: UInt64 = 0) {
        self.name = name
        self.counts = counts
        self.limited = limited
    }

    /// What goes over the wire.
    public static let fields: [Field<BackendStatistics>] =
        [.required("name", \.name, "The backend.")] + Field.counts + [
            .defaulting("limited", \.limited, 0, "First packets over its est-connlimit.")
        ]
}

/// The figures of a policy.
public struct PolicyStatistics: Record, Hashable {
    /// The policy.
    public var name = ""
    /// How many elements it has.
    public var elements: UInt64 = 0
    /// Packets whose address it knew.
    public var packets: UInt64 = 0
    /// Their bytes.
    public var bytes: UInt64 = 0

    /// A policy without a name.
    public init() {}

    /// The figures of a policy.
    public init(name: String, elements: UInt64, packets: UInt64, bytes: UInt64) {
        self.name = name
        self.elements = elements
        self.packets = packets
        self.bytes = bytes
    }

    /// What goes over the wire.
    public static let fields: [Field<PolicyStatistics>] = [
        .required("name", \.name, "The policy."),
        .required("elements", \.elements, "How many elements it has."),
        .required("packets", \.packets, "Packets whose address it knew, whatever became of them."),
        .required("bytes", \.bytes, "Bytes of these packets, IP headers included."),
    ]
}

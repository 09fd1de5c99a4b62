// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

/// What traffic has counted. Numbers only grow, and wrap at 2⁶⁴.
public struct TrafficFigures: Sendable, Hashable {
    /// Connections that began: first packets.
    public var connections: UInt64 = 0
    /// Packets from clients, with the first ones.
    public var packetsIn: UInt64 = 0
    /// Packets to clients.
    public var packetsOut: UInt64 = 0
    /// Bytes from clients, from the IP header on.
    public var bytesIn: UInt64 = 0
    /// Bytes to clients, from the IP header on.
    public var bytesOut: UInt64 = 0
    /// Packets that met a limit.
    public var limits = LimitFigures()

    /// Nothing.
    public init() {}

    /// Adds other figures.
    public static func += (left: inout TrafficFigures, right: TrafficFigures) {
        left.connections &+= right.connections
        left.packetsIn &+= right.packetsIn
        left.packetsOut &+= right.packetsOut
        left.bytesIn &+= right.bytesIn
        left.bytesOut &+= right.bytesOut
        left.limits += right.limits
    }

    /// Adds what one element has counted.
    ///
    /// - Parameter isFirst: whether its packets are the first ones of connections.
    mutating func addRequests(_ count: PacketCount, isFirst: Bool) {
        if isFirst { connections &+= count.packets }
        packetsIn &+= count.packets
        bytesIn &+= count.bytes
    }

    /// Adds what one element has counted of packets to clients.
    mutating func addReplies(_ count: PacketCount) {
        packetsOut &+= count.packets
        bytesOut &+= count.bytes
    }
}

/// What the kernel has counted, by the numbers of backends and farms.
struct CounterTally: Equatable {
    private(set) var backends: [UInt32: TrafficFigures] = [:]
    /// What proxies have asked of backends: connections of their own, beside those that their farms have taken.
    private(set) var proxied: [UInt32: TrafficFigures] = [:]
    /// What farms of mode local have taken themselves, and what met the limits of farms.
    private(set) var farms: [UInt16: TrafficFigures] = [:]

    /// Adds what elements of a set have counted.
    mutating func add(_ counted: CountedElements, in set: CounterSet) {
        for (index, count) in counted.counts.enumerated() {
            add(count, of: counted.elements.key(at: index), in: set)
        }
    }

    /// Adds what one element has counted. All marks of a number are one backend's, whatever else they say.
    mutating func add(_ count: PacketCount, of key: ArraySlice<UInt8>, in set: CounterSet) {
        switch set.subject(of: key) {
        case .requests(let backend):
            backends[backend, default: .init()].addRequests(count, isFirst: set.kind == .newConnections)
        case .proxied(let backend): proxied[backend, default: .init()].addRequests(count, isFirst: true)
        case .replies(let backend): backends[backend, default: .init()].addReplies(count)
        case .flows(let backend): backends[backend, default: .init()].connections &+= count.packets
        case .localRequests(let farm): farms[farm, default: .init()].addRequests(count, isFirst: true)
        case .limited(let farm): farms[farm, default: .init()].limits.add(count.packets, of: set.kind)
        case .limitedBackend(let backend):
            backends[backend, default: .init()].limits.add(count.packets, of: set.kind)
        }
    }
}

/// The figures of a backend.
public struct BackendFigures: Sendable, Hashable {
    /// The backend.
    public var name: Name
    /// What it has been sent, and has answered.
    public var figures: TrafficFigures
    /// How many clients it is known to; nil: that was not asked, or its farm does not know clients.
    public var sessions: UInt64?
    /// How many connections it has now; nil: that was not asked.
    public var established: UInt64?
}

/// The figures of a farm and its backends.
public struct FarmFigures: Sendable, Hashable {
    /// The farm.
    public var name: Name
    /// Its own: those of its backends together, those of backends it had, and what is its own: what
    /// it has taken itself, what met its limits.
    public var total: TrafficFigures
    /// Its backends in their order.
    public var backends: [BackendFigures]
}

/// What traffic has counted for a policy.
public struct PolicyFigures: Sendable, Hashable {
    /// The policy.
    public var name: Name
    /// How many elements it has.
    public var elements: Int
    /// Packets whose address it knew, whatever became of them.
    public var packets: UInt64
    /// Their bytes.
    public var bytes: UInt64
}

/// What this balancer is in a cluster, and what it leaves to others.
public struct ClusterFigures: Sendable, Hashable {
    /// The cluster.
    public var name: Name
    /// Which of its nodes this balancer is.
    public var node: Name
    /// How many slots are its own.
    public var slots: Int
    /// How many slots there are.
    public var slotsInAll: Int
    /// Packets to its addresses of other nodes' clients.
    public var foreignPackets: UInt64
    /// Their bytes.
    public var foreignBytes: UInt64
}

/// The figures of some farms, or of all.
public struct Statistics: Sendable, Hashable {
    /// The newest revision when they were put together.
    public var revision: UInt64
    /// In the order asked for; of all farms, in that of their creation.
    public var farms: [FarmFigures]
    /// Of all farms: those of the policies, too, in order of creation.
    public var policies: [PolicyFigures] = []
    /// Of all farms: those of the cluster, too.
    public var clusters: [ClusterFigures] = []
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Balancers that share addresses: each sees every packet to them, serves the clients that are its own and leaves the rest to
/// the others.
public struct Cluster: Sendable, Hashable {
    /// Unique among clusters.
    public var name: Name

    /// Which of the nodes this balancer is; nil only while a request has not said it yet.
    public var node: Name?

    /// All nodes, this one among them.
    public var nodes: [ClusterNode] = []

    /// The addresses that they share.
    public var addresses: [SharedAddress] = []

    /// The interface at which packets to them come in; nil: where they do.
    public var interface: InterfaceName?

    /// A cluster without nodes.
    public init(name: Name) {
        self.name = name
    }
}

/// A balancer of a cluster.
public struct ClusterNode: Sendable, Hashable {
    /// Unique in its cluster. Which clients are its own follows from it: it must be the same on all nodes.
    public var name: Name

    /// Its share.
    public var weight = NodeWeight.one

    /// Whether it serves its clients itself.
    public var state: NodeState = .up

    /// A node of weight 1 that is up.
    public init(name: Name) {
        self.name = name
    }
}

/// An address that the nodes of a cluster share.
public struct SharedAddress: Sendable, Hashable {
    /// The address.
    public var address: IPAddress

    /// Shares an address.
    public init(_ address: IPAddress) {
        self.address = address
    }
}

/// The state of a node that an operator, or a program that watches the nodes, asked for.
public enum NodeState: String, Word {
    /// Serves its clients.
    case up
    /// The others serve them.
    case down
}

/// The share of a node, 1 to 100.
public struct NodeWeight: BoundedNumber {
    /// What a person calls it.
    public static var noun: String { "the weight of a node" }
    /// The numbers allowed.
    public static var range: ClosedRange<Int64> { 1...100 }
    /// The weight when none is given.
    public static let one = NodeWeight(unchecked: 1)

    /// The weight.
    public let value: UInt32

    /// A number known to be in range.
    public init(unchecked number: Int64) { value = UInt32(truncatingIfNeeded: number) }
    /// The number.
    public var number: Int64 { Int64(value) }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerCompiler
public import BalancerModel
public import Nftables

/// The host's network, as the engine asks about it. What changes there the engine is told: ``Engine/note(_:)``.
///
/// Called on the engine's thread.
public protocol NetworkPort: AnyObject {
    /// Sets what the engine is told of from now on.
    func follow(_ subjects: NetworkSubjects) throws(KernelFailure)
    /// What there is of some subjects now. Routes and neighbours are asked for one by one.
    func read(_ subjects: NetworkSubjects) throws(KernelFailure) -> [NetworkNews]
    /// Where a packet to an address would go.
    func route(to address: IPAddress) throws(KernelFailure) -> HostRoute
    /// What is known of a neighbour.
    func neighbour(_ place: NeighbourPlace) throws(KernelFailure) -> NeighbourState
    /// Has a neighbour asked who it is, unless it has just answered. The answer is news.
    func probe(_ place: NeighbourPlace) throws(KernelFailure)
}

/// What can be known of a network.
public struct NetworkSubjects: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// Subjects of bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The host's interfaces and addresses, and whether it forwards packets.
    public static let host = NetworkSubjects(rawValue: 1)
    /// Routes and neighbours.
    public static let ways = NetworkSubjects(rawValue: 2)
}

/// A neighbour's address, and the interface at which it is one, by the kernel's number.
public struct NeighbourPlace: Sendable, Hashable {
    /// The interface.
    public var interface: UInt32
    /// The address.
    public var address: IPAddress

    /// A place.
    public init(interface: UInt32, address: IPAddress) {
        self.interface = interface
        self.address = address
    }
}

/// What is known of a neighbour.
public enum NeighbourState: Sendable, Hashable {
    /// Nothing, or it has been asked and has not answered yet.
    case unknown
    /// It has answered; nil: with an address that is not of six bytes. `isFresh`: not so long ago that it should be asked again.
    case answered(MACAddress?, isFresh: Bool)
    /// It did not answer.
    case failed
    /// Somebody wrote it down, or the interface needs no answers: it is never asked.
    case fixed(MACAddress?)
}

/// Where a packet would go.
public enum HostRoute: Sendable, Hashable {
    /// Out at an interface, to the destination itself or to a gateway.
    case over(interface: UInt32, gateway: IPAddress?)
    /// To the host itself.
    case local
    /// Nowhere.
    case none
}

/// What the engine is told of the network: how something is, whether or not it was so before.
public enum NetworkNews: Sendable, Hashable {
    /// An interface is there.
    case interface(InterfaceName, NetworkFacts.Interface)
    /// The interface of this number is gone.
    case interfaceGone(UInt32)
    /// The host has an address at an interface.
    case address(IPAddress, interface: UInt32)
    /// It no longer has.
    case addressGone(IPAddress, interface: UInt32)
    /// Whether packets are forwarded.
    case forwarding(AddressFamily, ForwardingScope, Bool)
    /// How much is known of a neighbour.
    case neighbour(NeighbourPlace, NeighbourState)
    /// The way to these addresses may be another; nil: to any.
    case routes(ClosedRange<IPAddress>?)
    /// Something was not told: all must be asked for again.
    case lost
}

/// Where a setting of forwarding holds.
public enum ForwardingScope: Sendable, Hashable {
    /// For all interfaces.
    case all
    /// What comes in at one.
    case interface(UInt32)
}

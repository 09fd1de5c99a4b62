// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An address on which a farm takes connections: one of the farm's own, or an address outside of farms that it names.
public struct FarmAddress: Sendable, Hashable {
    /// Unique in its farm.
    public var name: Name

    /// The family, also of an any-address.
    public var family: AddressFamily

    /// The address; nil: any address of the balancer itself.
    public var address: IPAddress?

    /// The ports. All ports without an address is an address that is not complete yet: it takes nothing.
    public var ports: PortSet

    /// The transport.
    public var transport: TransportProtocol

    /// Whether it stands for the address outside of farms that has its name: then all else is as that one says.
    public internal(set) var isReference: Bool

    /// What few of these set; behind one pointer.
    var rare: Rare<Options>

    /// An address with all defaults: IPv4, tcp, incomplete.
    public init(name: Name) {
        self.name = name
        self.family = .ipv4
        self.address = nil
        self.ports = .all
        self.transport = .tcp
        self.isReference = false
        self.rare = Rare()
    }

    /// What few addresses set.
    public struct Options: RareAttributes {
        static let standard = Options()

        /// The interface at which packets to this address come in.
        public var interface: InterfaceName?
        /// The hardware address to which they come in.
        public var inputEtherAddress: MACAddress?
        /// `ether-addr`, both ways.
        public var etherAddress: MACAddress?
    }

    /// What few addresses set.
    public var options: Options {
        get { rare.value }
        set { rare.value = newValue }
    }

    /// Whether it names neither address nor port, and so takes nothing.
    public var isIncomplete: Bool { address == nil && ports.isAll }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An address outside of farms: what farms can share, or what policies guard by itself.
public struct Address: Sendable, Hashable {
    /// Unique among addresses.
    public var name: Name

    /// The family, also while there is no address.
    public var family: AddressFamily = .ipv4

    /// The address; nil: any address of the balancer itself.
    public var address: IPAddress?

    /// The ports.
    public var ports = PortSet.all

    /// The transport.
    public var transport: TransportProtocol = .tcp

    /// The interface at which packets to this address come in.
    public var interface: InterfaceName?

    /// The hardware address to which they come in.
    public var inputEtherAddress: MACAddress?

    /// `ether-addr`, both ways.
    public var etherAddress: MACAddress?

    /// What happens to packets that its policies refuse.
    public var verdict: [VerdictWord] = VerdictWord.allCases

    /// In front of its log lines.
    public var logPrefix = LogPrefix.address

    /// The rate of its log lines.
    public var logRateLimit = Rate.none

    /// The policies that guard it, in order.
    public var policies: [Name] = []

    /// An address with all defaults.
    public init(name: Name) {
        self.name = name
    }
}

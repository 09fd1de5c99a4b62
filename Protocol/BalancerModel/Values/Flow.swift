// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A flow that somebody asks about, as its first packet comes from the network. Its hardware addresses are not known.
public struct Flow: Sendable, Hashable {
    /// Its transport.
    public var transport: ServiceTransport
    /// Who asks.
    public var source: IPAddress
    /// From which port.
    public var sourcePort: Port
    /// Whom it asks; of the same family.
    public var destination: IPAddress
    /// For which port.
    public var destinationPort: Port

    /// A flow.
    public init(
        transport: ServiceTransport, source: IPAddress, sourcePort: Port, destination: IPAddress, destinationPort: Port
    ) {
        self.transport = transport
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
    }

    /// The family of its addresses.
    public var family: AddressFamily { destination.family }

    /// What these fields hold; nil where one is a hardware address.
    public func values(of fields: [PacketField]) -> [SessionKey.Value]? {
        var values: [SessionKey.Value] = []
        for field in fields {
            switch field {
            case .srcip: values.append(.address(source))
            case .dstip: values.append(.address(destination))
            case .srcport: values.append(.port(sourcePort))
            case .dstport: values.append(.port(destinationPort))
            case .srcmac, .dstmac: return nil
            }
        }
        return values
    }
}

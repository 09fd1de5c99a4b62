// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One thing that an address of a farm takes: what farms claim, and what the kernel looks up.
///
/// Entries of different scopes may cover the same packets: the most exact one takes them. Two of the same scope must not.
public struct ServiceEntry: Sendable, Hashable {
    /// How exact an entry is, most exact first.
    public enum Scope: Sendable, Hashable {
        /// One port of one transport.
        case port(ServiceTransport, Port)
        /// A long range of ports of one transport, two ports or more; never of any address.
        case range(ServiceTransport, ClosedRange<UInt16>)
        /// All ports of one transport; never of any address.
        case allPorts(ServiceTransport)
        /// All packets to an address, whatever their protocol; never of any address.
        case allTransports
    }

    /// The address; nil: any address of the balancer itself.
    public var address: IPAddress?

    /// The family, also of any address.
    public var family: AddressFamily

    /// What of the address.
    public var scope: Scope

    /// An entry of these parts.
    public init(address: IPAddress?, family: AddressFamily, scope: Scope) {
        self.address = address
        self.family = family
        self.scope = scope
    }
}

extension ServiceEntry: CustomStringConvertible {
    /// `tcp 10.0.0.1 port 80`, for people.
    public var description: String {
        let address = address?.description ?? "any \(family.rawValue) address"
        return switch scope {
        case .port(let transport, let port): "\(transport.rawValue) \(address) port \(port)"
        case .range(let transport, let ports):
            "\(transport.rawValue) \(address) ports \(ports.lowerBound)-\(ports.upperBound)"
        case .allPorts(let transport): "all ports of \(transport.rawValue) \(address)"
        case .allTransports: "all of \(address)"
        }
    }
}

extension FarmAddress {
    /// Most ports of one address that are entries of their own each. In an address of more, only ports that stand alone
    /// are; ranges are one entry.
    public static let maximumExpandedPorts = 256

    /// What this address takes, each once, exact ports in ascending order; nothing while it is incomplete.
    public var services: [ServiceEntry] {
        guard !isIncomplete else { return [] }
        if ports.isAll {
            return transport == .all ? [entry(.allTransports)] : transport.transports.map { entry(.allPorts($0)) }
        }
        var entries: [ServiceEntry] = []
        entries.reserveCapacity(serviceCount)
        let isExpanded = ports.count <= FarmAddress.maximumExpandedPorts
        for transport in transport.transports {
            for range in ports.ranges {
                if isExpanded || range.count == 1 {
                    for number in range { entries.append(entry(.port(transport, Port(unchecked: number)))) }
                } else {
                    entries.append(entry(.range(transport, range)))
                }
            }
        }
        return entries
    }

    /// How many services it has, without making them.
    var serviceCount: Int {
        guard !isIncomplete else { return 0 }
        if ports.isAll { return 1 }
        let count = ports.count <= FarmAddress.maximumExpandedPorts ? ports.count : ports.ranges.count
        return count * transport.transports.count
    }

    private func entry(_ scope: ServiceEntry.Scope) -> ServiceEntry {
        ServiceEntry(address: address, family: family, scope: scope)
    }
}

extension Farm {
    /// Most entries of one farm: one object cannot fill a map of the kernel, which has room for 131,072, unnoticed.
    public static let maximumServices = 4096

    /// What its addresses take, whatever its state.
    public var services: [ServiceEntry] {
        addresses.count == 1 ? addresses[0].services : addresses.flatMap(\.services)
    }
}

extension Address {
    /// What its policies guard: nothing without policies.
    public var guardedServices: [ServiceEntry] {
        guard !policies.isEmpty else { return [] }
        var place = FarmAddress(name: name)
        place.family = family
        place.address = address
        place.ports = ports
        place.transport = transport
        return place.services
    }
}

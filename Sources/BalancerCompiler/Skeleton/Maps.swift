// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// The maps and sets of our tables: what they are called, what their keys and data are.
///
/// Sizes are hard limits and buckets are made for them at once: 8 bytes each.
enum Maps {
    static let servicesSize = 131_072
    static let backendsSize = 131_072
    static let slotsSize = 1_048_576
    static let shapesSize = 65_536

    /// Transport, address, port → shape and farm.
    static func services(_ family: TableFamily) -> SetDeclaration { entries("services", family) }
    /// As `services`, for clients on the balancer itself.
    static func servicesOut(_ family: TableFamily) -> SetDeclaration { entries("services-out", family) }
    /// Transport, port → shape and farm: any address of the balancer.
    static let servicesPort = anyAddressEntries("services-port")
    /// As `services-port`, for clients on the balancer itself.
    static let servicesOutPort = anyAddressEntries("services-out-port")

    /// Farm, slot → backend's mark. `typeof numgen` because nft 1.0.6 dies when it lists a map declared `typeof jhash …`;
    /// a jhash rule accepts it all the same (ruleset.md 10).
    static let slots = SetDeclaration(
        "slots", key: .expressions([.meta(.priority), .generated(.increasing, modulus: 65_536)]),
        data: .expression(.connection(.mark)), size: slotsSize)
    /// Backends that may serve clients they know.
    static let usable = SetDeclaration("usable", key: .expressions([.connection(.mark)]), size: backendsSize)
    /// Backend → address and port.
    static func toPort(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration("to-port", key: .types([.mark]), data: .types([family.addressType, .port]), size: backendsSize)
    }
    /// Backend without a port of its own → address.
    static func toAddress(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration("to-addr", key: .types([.mark]), data: .types([family.addressType]), size: backendsSize)
    }
    /// Backend → source address.
    static func sourceOf(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration("snat-to", key: .types([.mark]), data: .types([family.addressType]), size: backendsSize)
    }
    /// Shape → its chain.
    static let shapes = SetDeclaration(
        "shapes", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// One element: 0 → the revision that the elements are of (low 32 bits), 0 while they are of none.
    static let stamp = SetDeclaration("stamp", key: .types([.mark]), data: .types([.mark]), size: 1)

    /// First packets of connections by backend, made by traffic.
    static let newConnections = SetDeclaration(
        "newconns", key: .expressions([.connection(.mark)]), isDynamic: true, size: backendsSize)
    /// Later packets by direction and backend, made by traffic.
    static let traffic = SetDeclaration(
        "traffic", key: .expressions([.connection(.direction), .connection(.mark)]), isDynamic: true,
        size: 2 * backendsSize)

    private static func entries(_ name: String, _ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            name,
            key: .expressions([.meta(.transport), .field(family.destination), .field(.destinationPort)]),
            data: .expression(.meta(.priority)), size: servicesSize)
    }

    private static func anyAddressEntries(_ name: String) -> SetDeclaration {
        SetDeclaration(
            name, key: .expressions([.meta(.transport), .field(.destinationPort)]),
            data: .expression(.meta(.priority)), size: servicesSize)
    }

    /// All maps and sets of a table with these features.
    static func all(in family: TableFamily, features: Features) -> [SetDeclaration] {
        var result = [
            services(family), slots, usable, toPort(family), toAddress(family), shapes, stamp, newConnections, traffic,
        ]
        if features.contains(.anyAddress) { result.append(servicesPort) }
        if features.contains(.intraConnect) { result.append(servicesOut(family)) }
        if features.contains(.anyAddressIntraConnect) { result.append(servicesOutPort) }
        if features.contains(.sourceAddress) { result.append(sourceOf(family)) }
        return result
    }
}

extension TableFamily {
    /// The table that serves addresses of a family.
    public init(_ family: AddressFamily) {
        self = family == .ipv4 ? .ip : .ip6
    }

    var addressType: DataType { self == .ip6 ? .ipv6Address : .ipv4Address }
    var source: HeaderField { self == .ip6 ? .ip6Source : .ipSource }
    var destination: HeaderField { self == .ip6 ? .ip6Destination : .ipDestination }
}

extension Transaction {
    /// The steps as nft commands, one a line, for people, dry runs and logs.
    public func text() -> String {
        text { reference in
            Maps.all(in: reference.family, features: .all).first { $0.name == reference.name }
        }
    }
}

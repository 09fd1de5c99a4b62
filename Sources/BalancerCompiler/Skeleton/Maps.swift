// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// How much there is room for, for people.
public let mapSizes =
    "each family has room for \(Maps.slotsSize) slots, of which a farm with a consistent hash takes up to "
    + "\(SlotCount.consistent.rawValue), and for \(Maps.backendsSize) services and backends"

/// The maps and sets of our tables: what they are called, what their keys and data are.
///
/// Sizes are hard limits and buckets are made for them at once: 8 bytes each.
enum Maps {
    static let servicesSize = 131_072
    static let backendsSize = 131_072
    static let slotsSize = 1_048_576
    static let shapesSize = 65_536
    static let sessionsSize = 131_072
    /// An interval map is looked into by walking: a few hundred ranges are as many as packets should meet (limits.md B1).
    static let rangesSize = 4_096
    static let guardedSize = 8_192

    /// Transport, address, port → shape and farm.
    static func services(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "services", key: .expressions(serviceKey(family)), data: .expression(.meta(.priority)), size: servicesSize)
    }
    /// Transport, address, range of ports → shape and farm.
    static func servicesRange(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "services-range", key: .expressions(serviceKey(family)), data: .expression(.meta(.priority)),
            isInterval: true, size: rangesSize)
    }
    /// Transport, address → shape and farm: all ports.
    static func servicesAddress(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "services-ip", key: .expressions([.meta(.transport), .field(family.destination)]),
            data: .expression(.meta(.priority)), size: servicesSize)
    }
    /// Address → shape and farm: all protocols.
    static func servicesAll(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            "services-all", key: .expressions([.field(family.destination)]), data: .expression(.meta(.priority)),
            size: servicesSize)
    }
    /// Transport, port → shape and farm: any address of the balancer.
    static let servicesPort = SetDeclaration(
        "services-port", key: .expressions([.meta(.transport), .field(.destinationPort)]),
        data: .expression(.meta(.priority)), size: servicesSize)
    /// Addresses for which a look into `services-range`, `-ip` and `-all` may find something.
    static func wideAddresses(_ family: TableFamily) -> SetDeclaration {
        SetDeclaration("wild", key: .expressions([.field(family.destination)]), size: servicesSize)
    }
    /// Farms that serve clients on the balancer itself.
    static let localClients = SetDeclaration(
        "local-clients", key: .expressions([.meta(.priority)]), size: shapesSize)

    /// What a client asks for: the key of a service.
    static func serviceKey(_ family: TableFamily) -> [Expression] {
        [.meta(.transport), .field(family.destination), .field(.destinationPort)]
    }

    /// Farm, slot → backend's mark. `typeof numgen` because nft 1.0.6 dies when it lists a map declared `typeof jhash …`;
    /// a jhash rule accepts it all the same (ruleset.md 10).
    static let slots = SetDeclaration(
        "slots", key: .expressions([.meta(.priority), .generated(.increasing, modulus: 65_536)]),
        data: .expression(.connection(.mark)), size: slotsSize)
    /// Backends that may serve clients they know.
    static let usable = SetDeclaration("usable", key: .expressions([.connection(.mark)]), size: backendsSize)
    /// Backend whose clients are known again → shape and farm: whose sessions its connections keep alive.
    static let sticky = SetDeclaration(
        "sticky", key: .expressions([.connection(.mark)]), data: .expression(.meta(.priority)), size: backendsSize)
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
    /// Shape → its chain for later packets of clients that are known again.
    static let shapesLater = SetDeclaration(
        "shapes-known", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// Shape → its chain for RST and packets of no connection.
    static let shapesGuard = SetDeclaration(
        "shapes-guard", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// Shape → its chain in front of a program's queue.
    static let shapesQueue = SetDeclaration(
        "shapes-queue", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)
    /// The packet mark that a proxy gives its connections to a backend → that backend.
    static let proxyMarks = SetDeclaration(
        "proxy-marks", key: .expressions([.meta(.mark)]), data: .expression(.connection(.mark)), size: backendsSize)
    /// One element: 0 → the revision that the elements are of (low 32 bits), 0 while they are of none.
    static let stamp = SetDeclaration("stamp", key: .types([.mark]), data: .types([.mark]), size: 1)

    /// Backends whose established flows are sent on past the rules. `offload` is a word of nft's.
    static let offloaded = SetDeclaration(
        "offloaded", key: .expressions([.connection(.mark)]), size: backendsSize)

    /// First packets of connections by backend, made by traffic.
    static let newConnections = SetDeclaration(
        "newconns", key: .expressions([.connection(.mark)]), isDynamic: true, size: backendsSize)
    /// Later packets by direction and backend, made by traffic.
    static let traffic = SetDeclaration(
        "traffic", key: .expressions([.connection(.direction), .connection(.mark)]), isDynamic: true,
        size: 2 * backendsSize)

    /// First packets of connections by farm, for farms of mode local, made by traffic.
    static let newLocalConnections = SetDeclaration(
        "newconns-local", key: .expressions([.meta(.priority)]), isDynamic: true, size: shapesSize)

    /// Farm → list of policies, and the farm.
    static let guards = SetDeclaration(
        "guards", key: .expressions([.meta(.priority)]), data: .expression(.meta(.priority)), size: shapesSize)
    /// List of policies → its chain.
    static let policyLists = SetDeclaration(
        "policy-lists", key: .expressions([.meta(.priority)]), data: .verdict, size: shapesSize)

    /// All maps and sets of a table with these features.
    static func all(in family: TableFamily, features: Features) -> [SetDeclaration] {
        if family == .netdev { return IngressMaps.all(features: features) }
        var result = [
            services(family), slots, usable, toPort(family), toAddress(family), shapes, stamp, newConnections, traffic,
        ]
        if features.contains(.anyAddress) { result.append(servicesPort) }
        if features.contains(.intraConnect) { result.append(localClients) }
        if features.contains(.wideServices) {
            result += [
                wideAddresses(family), servicesRange(family), servicesAddress(family), servicesAll(family),
            ]
        }
        if features.contains(.sourceAddress) { result.append(sourceOf(family)) }
        if features.contains(.flaggedMarks) { result += [shapesLater, sticky] }
        if features.contains(.proxyMarks) { result.append(proxyMarks) }
        if features.contains(.guardedShapes) { result.append(shapesGuard) }
        if features.contains(.queuedShapes) { result.append(shapesQueue) }
        if features.contains(.offloadedFlows) { result.append(offloaded) }
        if features.contains(.loggedForward) { result += [lines("fwd", by: .connection(.mark)), logs] }
        if features.contains(.farmPolicies) { result.append(guards) }
        if features.contains(.addressPolicies) { result += GuardedMap.allCases.map { $0.declaration(in: family) } }
        if !features.isDisjoint(with: [.farmPolicies, .addressPolicies]) { result.append(policyLists) }
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
                ?? Maps.ofShapes(named: reference.name, in: reference.family)
                ?? PolicySets.declaration(named: reference.name, in: reference.family)
        }
    }
}

extension Maps {
    /// The map of a name that the daemon fills and that stands for the sake of shapes.
    static func ofShapes(named name: String, in family: TableFamily) -> SetDeclaration? {
        if family == .netdev { return IngressMaps.ofShapes(named: name) }
        let known = MapKind.allCases.lazy.map { $0.declaration(in: family) }.first { $0.name == name }
        if let known { return known }
        guard name.hasPrefix("static-") else { return nil }
        return SessionFields(name: name.dropFirst("static-".count))?.statics(in: family)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// The maps and sets of `netdev nftlb` (ruleset.md 4.2). IPv4 and IPv6 share the table: what is of one family has that in its
/// name. The packet mark says which backend, where behind it the connection mark does.
enum IngressMaps {
    /// Flows that are remembered, of all farms together. One that finds no room goes by its hash, as all its packets do.
    private static let flowsSize = 1_048_576
    private static let clientsSize = 131_072

    /// `services4`, `services6-range`…: what packets ask for → shape and farm.
    static func services(_ map: MapKind, _ family: AddressFamily) -> SetDeclaration {
        map.declaration(in: TableFamily(family)).atIngress(family)
    }

    /// The maps of services in the order in which they are asked on a miss of the first.
    static let wideServices: [MapKind] = [.servicesRange, .servicesAddress, .servicesAll]

    /// Farm, slot → backend.
    static func slots(_ family: AddressFamily) -> SetDeclaration { Maps.slots.atIngress(family) }
    static let usable = Maps.usable.withPacketMark
    /// Backend to which frames can be sent, whatever its state and its farm's → shape and farm: flows stay with it.
    static let homes = SetDeclaration(
        "homes", key: .expressions([.meta(.mark)]), data: .expression(.meta(.priority)), size: Maps.backendsSize)
    /// The same as farm and backend.
    static let reachable = SetDeclaration(
        "reachable", key: .expressions([.meta(.priority), .meta(.mark)]), size: Maps.backendsSize)
    /// Backend → destination and source of its frames.
    static let frames = SetDeclaration(
        "macs", key: .expressions([.meta(.mark)]), data: .expression(.field(.etherAddresses)),
        size: Maps.backendsSize)
    /// Backend → the interface that its frames leave by.
    static let devices = SetDeclaration(
        "dev", key: .expressions([.meta(.mark)]), data: .expression(.meta(.inputInterface)), size: Maps.backendsSize)
    /// Flow → backend, made by traffic.
    static let flows = SetDeclaration(
        "flows", key: .expressions(FlowKey.declaredFlow),
        data: .expression(.meta(.mark)), isDynamic: true, lifetime: FlowMemory.datagrams, size: flowsSize)

    /// Packets to a backend, made by traffic.
    static let sent = counter("sent")
    /// Flows of a backend that began, made by traffic.
    static let begun = counter("begun")
    /// Packets of a backend to clients, made by traffic.
    static let returned = counter("returned")

    private static func counter(_ name: String) -> SetDeclaration {
        SetDeclaration(name, key: .expressions([.meta(.mark)]), isDynamic: true, size: Maps.backendsSize)
    }

    // MARK: Stateless translation

    /// Backends whose packets are translated. Linux 6.1 does not ask a map, such as that of addresses, whether a key is in it.
    static let rewritten = SetDeclaration("rewritten", key: .expressions([.meta(.mark)]), size: Maps.backendsSize)
    /// Backend → its address.
    static func addressOf(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "to-ip\(family.digit)", key: .expressions([.meta(.mark)]),
            data: .expression(.field(TableFamily(family).destination)), size: Maps.backendsSize)
    }
    /// Backend → its port, where it has one of its own.
    static let portOf = SetDeclaration(
        "to-port", key: .expressions([.meta(.mark)]), data: .expression(.field(.destinationPort)),
        size: Maps.backendsSize)
    /// Farm, interface, transport, address, port → what was asked for, as a number. The farm: one that is off still has what
    /// its flows asked for, while another has the address.
    static func asked(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "vip-id\(family.digit)",
            key: .expressions([.meta(.priority), .meta(.inputInterface)] + Maps.serviceKey(TableFamily(family))),
            data: .expression(.meta(.priority)), size: Maps.servicesSize)
    }
    /// Farm, interface, address → what was asked for, where the farm takes many ports.
    static func askedWide(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "vip-id\(family.digit)-wide",
            key: .expressions([
                .meta(.priority), .meta(.inputInterface), .field(TableFamily(family).destination),
            ]), data: .expression(.meta(.priority)), size: Maps.servicesSize)
    }
    /// What was asked for → the address.
    static func askedAddress(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "vip-ip\(family.digit)", key: .expressions([.meta(.priority)]),
            data: .expression(.field(TableFamily(family).source)), size: Maps.servicesSize)
    }
    /// What was asked for → the port.
    static let askedPort = SetDeclaration(
        "vip-port", key: .expressions([.meta(.priority)]), data: .expression(.field(.sourcePort)),
        size: Maps.servicesSize)
    /// What was asked for → the hardware address that answers come from.
    static let askedHardware = SetDeclaration(
        "vip-mac", key: .expressions([.meta(.priority)]), data: .expression(.field(.etherSource)),
        size: Maps.servicesSize)
    /// What was asked for → the interface that answers leave by.
    static let askedDevice = SetDeclaration(
        "vip-dev", key: .expressions([.meta(.priority)]), data: .expression(.meta(.inputInterface)),
        size: Maps.servicesSize)
    /// Farm (in the high half) and address → the backend there, for what it answers.
    static func backendAt(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "backend\(family.digit)", key: .expressions([.meta(.priority), .field(TableFamily(family).source)]),
            data: .expression(.meta(.mark)), size: Maps.backendsSize)
    }
    /// A flow as the backend knows it → what was asked for, made by traffic. A map for each transport: a key has room for four
    /// words (ruleset.md 10).
    static func wayBack(_ family: AddressFamily, _ transport: ServiceTransport) -> SetDeclaration {
        SetDeclaration(
            "back\(family.digit)-\(transport.rawValue)",
            key: .expressions(FlowKey.toBackend(family, declared: true)), data: .expression(.meta(.priority)),
            isDynamic: true, lifetime: 60, size: flowsSize)
    }
    /// Client → its hardware address, or that of the router before it, made by traffic.
    static func clients(_ family: AddressFamily) -> SetDeclaration {
        SetDeclaration(
            "cmac\(family.digit)", key: .expressions([.field(TableFamily(family).source)]),
            data: .expression(.field(.etherSource)), isDynamic: true, lifetime: 60, size: clientsSize)
    }

    /// Transports whose ports can be translated: nft mends no checksum of SCTP.
    static let translated: [ServiceTransport] = [.tcp, .udp]

    /// All maps and sets that stand whatever the shapes.
    static func all(features: Features) -> [SetDeclaration] {
        let families = AddressFamily.allCases
        var result = families.flatMap {
            [services(.services, $0), slots($0), Fragments.forth($0)]
        }
        result += [
            usable, homes, reachable, frames, devices, flows, sent, begun, Maps.shapes, Maps.stamp,
        ]
        if features.contains(.wideServices) {
            for family in families {
                result += ([.wideAddresses] + wideServices).map { services($0, family) }
            }
        }
        if features.contains(.statelessTranslation) {
            result += [rewritten, portOf, askedPort, askedHardware, askedDevice, returned]
            for family in families {
                result += [
                    addressOf(family), asked(family), askedWide(family), askedAddress(family), backendAt(family),
                    clients(family), Fragments.back(family),
                ]
                result += translated.map { wayBack(family, $0) }
            }
        }
        if features.contains(.farmPolicies) { result += [Maps.guards, Maps.policyLists] }
        if features.contains(.clusters) { result += ClusterChains.sets }
        return result
    }

    /// The map of a name that the daemon fills and that stands for the sake of shapes.
    static func ofShapes(named name: String) -> SetDeclaration? {
        let lines = MapKind.logInput.declaration(in: .ip)
        if name == lines.name { return lines }
        guard let family = IngressNames.family(of: name) else { return nil }
        return Maps.ofShapes(named: IngressNames.base(of: name), in: TableFamily(family))?.atIngress(family)
    }

    /// Those that the daemon fills.
    static func filled(features: Features) -> [SetDeclaration] {
        all(features: features).filter { !$0.isDynamic && $0.data != .verdict && $0.name != Maps.stamp.name }
    }
}

extension AddressFamily {
    /// `4` or `6`, in names.
    var digit: String { self == .ipv4 ? "4" : "6" }
}

extension SetDeclaration {
    /// The same with the family in its name, and the packet's mark in place of the connection's.
    func atIngress(_ family: AddressFamily) -> SetDeclaration {
        var result = withPacketMark
        result.name = IngressNames.name(of: name, family)
        return result
    }

    /// The same with the packet's mark in place of the connection's.
    var withPacketMark: SetDeclaration {
        var result = self
        if case .expressions(let fields) = key { result.key = .expressions(fields.map(\.withPacketMark)) }
        if case .expression(let value) = data { result.data = .expression(value.withPacketMark) }
        return result
    }
}

/// Names of what IPv4 and IPv6 each have of their own: the digit stands behind the first word.
enum IngressNames {
    private static let ownWords: Set<Substring> = [
        "services", "wild", "slots", "persist", "static", "sessions", "policy",
    ]

    /// The family that a name says; nil: none.
    static func family(of name: String) -> AddressFamily? {
        AddressFamily.allCases.first { family in
            let word = name.prefix { $0 != "-" }
            return word.hasSuffix(family.digit) && ownWords.contains(word.dropLast())
        }
    }

    /// A name without its family.
    static func base(of name: String) -> String {
        let word = name.prefix { $0 != "-" }
        return String(word.dropLast() + name.dropFirst(word.count))
    }

    static func name(of name: String, _ family: AddressFamily) -> String {
        let word = name.prefix { $0 != "-" }
        return ownWords.contains(word) ? word + family.digit + name.dropFirst(word.count) : name
    }
}

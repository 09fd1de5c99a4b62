// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Parts of the skeleton that stand only while a farm needs them, so that nobody else's packets pay for them.
public struct Features: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt16

    /// Features from bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Farms without an address: packets to any address of the balancer.
    public static let anyAddress = Features(rawValue: 1 << 0)
    /// Clients on the balancer itself.
    public static let intraConnect = Features(rawValue: 1 << 1)
    /// Services on long ranges of ports, on all ports, on all protocols.
    public static let wideServices = Features(rawValue: 1 << 2)
    /// Source addresses of farms or backends.
    public static let sourceAddress = Features(rawValue: 1 << 3)
    /// Marks with flags: persistence, marks given by the user, farms that are not counted.
    public static let flaggedMarks = Features(rawValue: 1 << 4)
    /// Source addresses of what a proxy on the balancer sends to backends.
    public static let proxyMarks = Features(rawValue: 1 << 5)
    /// Limits on RST and on packets of no connection.
    public static let guardedShapes = Features(rawValue: 1 << 6)
    /// Lines about what is forwarded.
    public static let loggedForward = Features(rawValue: 1 << 7)
    /// Farms whose SYN packets a program sees.
    public static let queuedShapes = Features(rawValue: 1 << 8)
    /// Farms that policies guard.
    public static let farmPolicies = Features(rawValue: 1 << 9)
    /// Addresses outside of farms that policies guard.
    public static let addressPolicies = Features(rawValue: 1 << 10)

    /// Farms at ingress whose destinations are translated.
    public static let statelessTranslation = Features(rawValue: 1 << 11)
    /// Farms of which established flows are sent on past the rules. Linux must have flow tables.
    public static let offloadedFlows = Features(rawValue: 1 << 12)

    /// Addresses that balancers share.
    public static let clusters = Features(rawValue: 1 << 13)

    /// Each feature alone.
    public static let each = Set([others, atIngress].joined().map(\.feature)).sorted { $0.rawValue < $1.rawValue }
    /// Every feature.
    public static let all = Features(each)

    /// Each feature of a table and the map that stands exactly while it is there.
    static func maps(in family: TableFamily) -> [(feature: Features, map: String)] {
        family == .netdev ? atIngress : others
    }

    private static let atIngress: [(feature: Features, map: String)] = [
        (.wideServices, IngressMaps.services(.wideAddresses, .ipv4).name),
        (.statelessTranslation, IngressMaps.portOf.name), (.farmPolicies, Maps.guards.name),
        (.clusters, ClusterChains.owned.name),
    ]

    private static let others: [(feature: Features, map: String)] = [
        (.anyAddress, Maps.servicesPort.name), (.intraConnect, Maps.localClients.name),
        (.wideServices, Maps.wideAddresses(.ip).name), (.sourceAddress, Maps.sourceOf(.ip).name),
        (.flaggedMarks, Maps.shapesLater.name),
        (.proxyMarks, Maps.proxyMarks.name), (.guardedShapes, Maps.shapesGuard.name),
        (.queuedShapes, Maps.shapesQueue.name),
        (.loggedForward, Maps.lines("fwd", by: .connection(.mark)).name),
        (.farmPolicies, Maps.guards.name), (.addressPolicies, GuardedMap.exact.name),
        (.offloadedFlows, Maps.offloaded.name),
    ]
}

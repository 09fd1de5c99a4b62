// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Parts of the skeleton that stand only while a farm needs them, so that nobody else's packets pay for them.
public struct Features: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// Features from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Farms without an address: packets to any address of the balancer.
    public static let anyAddress = Features(rawValue: 1 << 0)
    /// Clients on the balancer itself.
    public static let intraConnect = Features(rawValue: 1 << 1)
    /// Both in one farm.
    public static let anyAddressIntraConnect = Features(rawValue: 1 << 2)
    /// Source addresses of farms or backends.
    public static let sourceAddress = Features(rawValue: 1 << 3)

    /// Every feature.
    public static let all: Features = [.anyAddress, .intraConnect, .anyAddressIntraConnect, .sourceAddress]

    /// Each feature and the map that stands exactly while it is there.
    static let maps: [(feature: Features, map: String)] = [
        (.anyAddress, "services-port"), (.intraConnect, "services-out"), (.anyAddressIntraConnect, "services-out-port"),
        (.sourceAddress, "snat-to"),
    ]
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The protocol family of a table. The raw values are the kernel's (NFPROTO_* in <linux/netfilter.h>).
public enum TableFamily: UInt8, Sendable, Hashable, CaseIterable {
    /// IPv4.
    case ip = 2
    /// Frames at a device's ingress.
    case netdev = 5
    /// IPv6.
    case ip6 = 10

    /// As nft writes it.
    public var text: String {
        switch self {
        case .ip: "ip"
        case .ip6: "ip6"
        case .netdev: "netdev"
        }
    }

    /// The family that nft writes so; nil for any other text.
    public init?(text: String) {
        guard let family = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = family
    }
}

extension TableFamily: Comparable {
    private var order: Int {
        switch self {
        case .ip: 0
        case .ip6: 1
        case .netdev: 2
        }
    }

    /// ip, ip6, netdev.
    public static func < (left: TableFamily, right: TableFamily) -> Bool { left.order < right.order }
}

/// The name of the three tables: `ip nftlb`, `ip6 nftlb`, `netdev nftlb`.
public let tableName = "nftlb"

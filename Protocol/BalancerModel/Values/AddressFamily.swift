// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The family of an address: IPv4 or IPv6.
///
/// `dual` of the guide and `inet` of the C program (which never worked) do not exist here: one farm lists two addresses.
public enum AddressFamily: String, Sendable, Hashable, CaseIterable, Comparable {
    case ipv4
    case ipv6

    /// The canonical order.
    public static func < (left: AddressFamily, right: AddressFamily) -> Bool { left == .ipv4 && right == .ipv6 }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
public import Nftables

/// The connection mark: which backend, and what the hooks after the choice have to know about it (ruleset.md 1).
public enum BackendMark {
    /// The set of a table in which every backend's mark is that takes connections or has some.
    public static func known(in family: TableFamily) -> ElementForm {
        (family == .netdev ? IngressMaps.usable : Maps.usable).form(in: family)
    }

    /// Bit 31: masquerade.
    public static let masquerade: UInt32 = 1 << 31
    /// Bit 30: the client's later packets keep its session alive.
    public static let sticky: UInt32 = 1 << 30
    /// Bit 29: farm or backend has a mark given by the user, and packets get it as their packet mark.
    public static let copied: UInt32 = 1 << 29
    /// Bit 28: the farm's traffic is not counted.
    public static let uncounted: UInt32 = 1 << 28
    /// What a backend has counted under a number that it had before stands under its number with this bit. Traffic makes no
    /// such counter: packets with this bit are not counted.
    static let carried: UInt32 = uncounted
    /// Bits of which one makes a later packet take more than one look-up.
    static let flags = sticky | copied | uncounted
    /// Bit 27: a connection of a proxy to a backend of a farm of mode local. It is counted apart, because the farm has
    /// counted its client already.
    public static let proxied: UInt32 = 1 << 27
    /// The same bit in the mark of a client's connection, where it never stays: the first half of a hash of many fields stands
    /// there for the length of one rule, with this bit, so that it is nobody's mark.
    static let scratch: UInt32 = proxied
    /// Bits 26 to 0: the backend's number, or-ed with the farm's mark. Unique over all backends.
    public static let number: UInt32 = (1 << 27) - 1

    /// The number of the backend that a mark names.
    public static func number(of mark: UInt32) -> UInt32 { mark & number }

    /// What is copied into the packet mark: all but the bits that are the balancer's own business.
    static let copiedBits: UInt32 = masquerade | number

    /// Every mark that a backend with this number can have.
    public static func variants(of number: UInt32) -> [UInt32] {
        (0..<16).map { number | UInt32($0) << 28 }
    }

    /// Every mark that a proxy's connections to a backend with this number can have.
    static func proxiedVariants(of number: UInt32) -> [UInt32] {
        [0, copied, carried].map { number | proxied | $0 }
    }
}

/// The packet's priority, used as a register between rules: shape in the high half, farm in the low half.
///
/// It is set and cleared within one base chain. Not the packet mark, which is the user's, and not the connection mark, which
/// must not be written on established connections (ruleset.md 1).
public enum Register {
    /// The maps of a table whose values say which farm has a service: shape and farm in four bytes of the host's order.
    public static func services(in family: TableFamily) -> [ElementForm] {
        let kinds: [MapKind] = [.services, .servicesAddress, .servicesAll, .servicesPort]
        guard family == .netdev else { return kinds.map { $0.declaration(in: family).form(in: family) } }
        return AddressFamily.allCases.flatMap { address in
            kinds.map { IngressMaps.services($0, address).form(in: family) }
        }
    }

    /// The farm's number in such a value.
    public static func farm(_ value: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: value) }

    static let shapeMask: UInt32 = 0xffff_0000
    static let farmMask: UInt32 = 0x0000_ffff

    static func value(shape: UInt16, farm: UInt16) -> UInt32 { UInt32(shape) << 16 | UInt32(farm) }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The connection mark: which backend, and what the hooks after the choice have to know about it.
public enum BackendMark {
    /// Bit 31: masquerade.
    public static let masquerade: UInt32 = 1 << 31
    /// Bits 28 to 0: the backend's number.
    public static let number: UInt32 = 0x1fff_ffff

    /// The number of the backend that a mark names.
    public static func number(of mark: UInt32) -> UInt32 { mark & number }
}

/// The packet's priority, used as a register between rules: shape in the high half, farm in the low half.
///
/// It is set and cleared within one base chain. Not the packet mark, which is the user's, and not the connection mark, which
/// must not be written on established connections (ruleset.md 1).
enum Register {
    static let shapeMask: UInt32 = 0xffff_0000
    static let farmMask: UInt32 = 0x0000_ffff

    static func value(shape: UInt16, farm: UInt16) -> UInt32 { UInt32(shape) << 16 | UInt32(farm) }
}

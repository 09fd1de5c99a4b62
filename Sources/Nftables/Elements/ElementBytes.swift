// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The 32-bit words that keys and data of our maps are made of.
public enum ElementBytes {
    /// A number in the machine's order (mark, priority, numgen) as bytes.
    public static func bytes(_ number: UInt32) -> [UInt8] {
        #if _endian(little)
            [
                UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8),
                UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 24),
            ]
        #else
            [
                UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
                UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
            ]
        #endif
    }

    /// The number in the machine's order that the first four bytes hold.
    public static func number(_ bytes: some Collection<UInt8>) -> UInt32 {
        var result: UInt32 = 0
        var shift: UInt32 = 0
        for byte in bytes.prefix(4) {
            #if _endian(little)
                result |= UInt32(byte) << shift
                shift += 8
            #else
                result = result << 8 | UInt32(byte)
            #endif
        }
        return result
    }

    /// The number in the machine's order that the first four bytes of a key hold. What is read of 30,000 counters is read
    /// here: the general form would ask the collection's type for each byte.
    public static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        guard bytes.count >= 4 else { return number(Array(bytes)) }
        let start = bytes.startIndex
        return number(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
    }

    private static func number(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> UInt32 {
        #if _endian(little)
            UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
        #else
            UInt32(fourth) | UInt32(third) << 8 | UInt32(second) << 16 | UInt32(first) << 24
        #endif
    }

    /// A port (network order, padded) as bytes.
    public static func port(_ port: UInt16) -> [UInt8] { bytes(ofPort: port) + [0, 0] }

    /// A port (network order) as bytes: data of its own.
    public static func bytes(ofPort port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff)] }

    /// A transport protocol (padded) as bytes.
    public static func transport(_ number: UInt8) -> [UInt8] { [number, 0, 0, 0] }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The kernel's jhash over bytes in registers (<linux/jhash.h>; Bob Jenkins' lookup3, public domain), so that the keys of
/// sessions which rules hash can be computed here. Checked against the kernel by the tests.
enum JenkinsHash {
    /// The hash below `modulus`, as the nft expression `jhash` gives it: scaled, not the remainder
    /// (reciprocal_scale in <linux/kernel.h>).
    static func hash(_ bytes: [UInt8], seed: UInt32, modulus: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(hash(bytes, seed: seed)) * UInt64(modulus)) >> 32)
    }

    /// The whole hash.
    static func hash(_ bytes: [UInt8], seed: UInt32) -> UInt32 {
        let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count) &+ seed
        var (a, b, c) = (start, start, start)
        var rest = bytes[...]
        while rest.count > 12 {
            a &+= word(rest, 0)
            b &+= word(rest, 4)
            c &+= word(rest, 8)
            mix(&a, &b, &c)
            rest = rest.dropFirst(12)
        }
        guard !rest.isEmpty else { return c }
        a &+= word(rest, 0)
        b &+= word(rest, 4)
        c &+= word(rest, 8)
        finish(&a, &b, &c)
        return c
    }

    /// Four bytes as the processor reads a word; bytes beyond the end are zero.
    private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        var result: UInt32 = 0
        for place in 0..<4 {
            let index = bytes.startIndex + offset + place
            guard index < bytes.endIndex else { break }
            result |= UInt32(bytes[index]) << UInt32(place * 8)
        }
        return result
    }

    private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        a &-= c; a ^= rotated(c, 4); c &+= b
        b &-= a; b ^= rotated(a, 6); a &+= c
        c &-= b; c ^= rotated(b, 8); b &+= a
        a &-= c; a ^= rotated(c, 16); c &+= b
        b &-= a; b ^= rotated(a, 19); a &+= c
        c &-= b; c ^= rotated(b, 4); b &+= a
    }

    private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        c ^= b; c &-= rotated(b, 14)
        a ^= c; a &-= rotated(c, 11)
        b ^= a; b &-= rotated(a, 25)
        c ^= b; c &-= rotated(b, 16)
        a ^= c; a &-= rotated(c, 4)
        b ^= a; b &-= rotated(a, 14)
        c ^= b; c &-= rotated(b, 24)
    }

    private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
}

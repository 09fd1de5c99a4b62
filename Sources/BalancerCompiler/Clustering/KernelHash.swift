// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension NodeSpread {
    /// The slot of a client, as the kernel finds it.
    public static func slot(of client: IPAddress) -> UInt32 {
        // reciprocal_scale (<linux/kernel.h>): the hash's share of all numbers, in slots.
        UInt32((UInt64(KernelHash.hash(client.bytes, seed: ClusterChains.seed)) * UInt64(slots)) >> 32)
    }
}

/// The kernel's jhash (<linux/jhash.h>), Bob Jenkins' lookup3 (2006), as nft_jhash_eval uses it: over the bytes of the registers.
/// Words are read as a little-endian machine does.
enum KernelHash {
    static func hash(_ bytes: [UInt8], seed: UInt32) -> UInt32 {
        let start = 0xdead_beef &+ UInt32(bytes.count) &+ seed
        var (a, b, c) = (start, start, start)
        var rest = bytes[...]
        while rest.count > 12 {
            a = a &+ word(rest, 0)
            b = b &+ word(rest, 4)
            c = c &+ word(rest, 8)
            mix(&a, &b, &c)
            rest = rest.dropFirst(12)
        }
        guard !rest.isEmpty else { return c }
        a = a &+ word(rest, 0)
        b = b &+ word(rest, 4)
        c = c &+ word(rest, 8)
        finish(&a, &b, &c)
        return c
    }

    /// Four bytes; those that are not there are 0.
    private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        bytes.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        step(&a, &b, &c, 4)
        step(&b, &c, &a, 6)
        step(&c, &a, &b, 8)
        step(&a, &b, &c, 16)
        step(&b, &c, &a, 19)
        step(&c, &a, &b, 4)
    }

    private static func step(_ x: inout UInt32, _ y: inout UInt32, _ z: inout UInt32, _ count: UInt32) {
        x = (x &- z) ^ rotated(z, count)
        z = z &+ y
    }

    private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        c = (c ^ b) &- rotated(b, 24)
    }

    private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CGzip

/// Compression of answers, at the level that costs least.
enum Gzip {
    private static let level: Int32 = 1

    /// All bytes as one gzip member (RFC 1952); nil when there is no memory for it.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        let room = gzip_bound(bytes.count)
        var length = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            length = unsafe gzip_compress(bytes, bytes.count, buffer.baseAddress, room, level)
            count = length
        }
        return length > 0 ? output : nil
    }
}

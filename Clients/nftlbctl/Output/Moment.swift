// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// Times and people as they are shown.
enum Moment {
    /// Seconds since 1970 as local time: `2026-11-26 10:47:19`.
    static func text(_ seconds: UInt64) -> String {
        var time = time_t(clamping: seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&time, &parts) != nil else { return "\(seconds)" }
        var text = [CChar](repeating: 0, count: 32)
        let count = unsafe strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The name of a user; of one that this machine does not know, the number.
    static func user(_ id: UInt64) -> String {
        guard let entry = unsafe getpwuid(uid_t(truncatingIfNeeded: id)) else { return "\(id)" }
        return unsafe String(cString: entry.pointee.pw_name)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// A point on the monotonic clock until which something is waited for.
struct Deadline {
    /// Nanoseconds; nil: never.
    private let end: UInt64?

    /// So far from now; nil: never.
    init(after duration: Duration?) {
        end = duration.map { duration in
            let (seconds, attoseconds) = duration.components
            let nanoseconds = UInt64(max(0, min(seconds, 1 << 32))) * 1_000_000_000
            return Self.now + nanoseconds + UInt64(max(0, attoseconds / 1_000_000_000))
        }
    }

    /// What is left for poll(2), in milliseconds, rounded up; -1: no end.
    var pollTimeout: Int32 {
        guard let end else { return -1 }
        let now = Self.now
        guard end > now else { return 0 }
        return Int32(clamping: (end - now + 999_999) / 1_000_000)
    }

    private static var now: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

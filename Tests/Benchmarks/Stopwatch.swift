// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// Time by a clock that never goes back.
struct Stopwatch {
    private let start = Stopwatch.nanoseconds

    static var nanoseconds: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since the start.
    var seconds: Double { Double(Stopwatch.nanoseconds - start) / 1e9 }

    /// How long `body` takes, in seconds.
    static func time(_ body: () throws -> Void) rethrows -> Double {
        let watch = Stopwatch()
        try body()
        return watch.seconds
    }
}

extension Array where Element == Double {
    /// The middle value; 0 of nothing.
    var median: Double { quantile(0.5) }

    /// The value below which this part of all lies; 0 of nothing.
    func quantile(_ part: Double) -> Double {
        guard !isEmpty else { return 0 }
        return sorted()[Swift.min(count - 1, Int(Double(count) * part))]
    }

    /// The least of the middle values of some parts: what it is when the machine does nothing else for a while.
    var quietMedian: Double {
        let part = Swift.max(1, count / 8)
        return stride(from: 0, to: count, by: part).map { Array(self[$0..<Swift.min($0 + part, count)]).median }.min()
            ?? 0
    }
}

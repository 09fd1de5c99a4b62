// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The loop and the clocks, as the engine sees them.
public protocol SchedulerPort: AnyObject {
    /// Runs `body` in the next turn of the loop, after what is readable now has been read.
    func soon(_ body: @escaping () -> Void)
    /// Runs `body` once, after that time or somewhat later.
    func after(milliseconds: Int, _ body: @escaping () -> Void)
    /// Nanoseconds of a clock that never goes back (CLOCK_MONOTONIC).
    var now: UInt64 { get }
    /// Seconds since 1970, UTC.
    var wallClock: Int64 { get }
}

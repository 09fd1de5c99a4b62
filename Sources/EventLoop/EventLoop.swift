// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd
internal import Glibc

/// A single-threaded event loop over sd-event(3).
///
/// A loop, everything attached to it and every handler belong to the thread that made the loop; nothing here may cross to
/// another one. There is no global state, so each thread may have a loop of its own.
///
/// Order: sources of one loop have the same priority, and the one that has been waiting longest is next. So no source can
/// keep another from its turn, however busy it is.
@safe public final class EventLoop {
    let handle: OpaquePointer
    private var deferred: [() -> Void] = []
    private var deferral: Deferral = .idle
    private var deferSource: OpaquePointer?

    /// Where streams read into before the bytes go to their owner: one buffer a loop, not one a connection.
    private(set) lazy var scratch = ScratchBuffer(count: 64 * 1024)

    private enum Deferral {
        case idle
        /// Armed behind what was already waiting when `soon` was called.
        case behindWaiting
        /// Armed behind everything that arrived in that same turn.
        case next
    }

    /// Makes a loop for the calling thread.
    public init() throws(SystemError) {
        var event: OpaquePointer?
        try checked(unsafe sd_event_new(&event), "make an event loop")
        unsafe handle = unsafe event!
    }

    deinit {
        if let deferSource = unsafe deferSource { unsafe sd_event_source_disable_unref(deferSource) }
        unsafe sd_event_unref(handle)
    }

    // MARK: Running

    /// Runs until `exit` is called and answers the code it was given.
    public func run() throws(SystemError) -> Int32 {
        try checked(unsafe sd_event_loop(handle), "run the event loop")
    }

    /// Waits for something to do, at most for this long, and does one thing.
    ///
    /// - Parameter timeout: milliseconds; nil waits for ever, 0 does not wait.
    /// - Returns: whether something was done. False also when the loop has ended.
    @discardableResult
    public func runOnce(timeout: Int? = nil) throws(SystemError) -> Bool {
        guard unsafe sd_event_get_state(handle) != Int32(SD_EVENT_FINISHED) else { return false }
        let microseconds = timeout.map { UInt64($0) * 1000 } ?? UInt64.max
        return try checked(unsafe sd_event_run(handle, microseconds), "run the event loop") > 0
    }

    /// Makes `run` return after the handler that is running now.
    public func exit(_ code: Int32 = 0) {
        _ = unsafe sd_event_exit(handle, code)
    }

    // MARK: The next turn

    /// Runs `body` in the next turn: after every source that is ready now had its handler called once.
    ///
    /// Bodies run in the order given. What a body defers in its turn belongs to the turn after, so a chain of `soon` never
    /// keeps sockets or timers waiting.
    public func soon(_ body: @escaping () -> Void) {
        deferred.append(body)
        guard deferral == .idle else { return }
        deferral = .behindWaiting
        armDeferSource()
    }

    /// sd-event takes the source that became pending in the earliest turn; among equals the order is open. The first call
    /// therefore only arms once more: then the source stands behind everything that was ready when `soon` was called.
    private func runDeferred() {
        if deferral == .behindWaiting {
            deferral = .next
            armDeferSource()
            return
        }
        deferral = .idle
        let bodies = deferred
        deferred.removeAll(keepingCapacity: true)
        for body in bodies { body() }
    }

    /// A new source each time: one that is enabled again keeps the place in the queue that it had when it was made, before
    /// everybody else, and a chain of `soon` would be all the loop ever does.
    private func armDeferSource() {
        var source: OpaquePointer?
        let added = unsafe sd_event_add_defer(
            handle, &source,
            { _, userdata in
                unsafe Unmanaged<EventLoop>.fromOpaque(userdata!).takeUnretainedValue().runDeferred()
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        // Only memory can be missing, and that ends a Swift program anyway.
        precondition(added >= 0, "out of memory")
        if let deferSource = unsafe deferSource { unsafe sd_event_source_disable_unref(deferSource) }
        unsafe deferSource = unsafe source
    }

    // MARK: Watchdog

    /// Whether systemd expects signs of life (WatchdogSec=) and the loop now gives them, from its own turns: a loop that is
    /// stuck gives none.
    @discardableResult
    public func feedWatchdog() throws(SystemError) -> Bool {
        try checked(unsafe sd_event_set_watchdog(handle, 1), "watchdog") > 0
    }

    // MARK: Clocks

    /// Nanoseconds of a clock that never goes back and stands still while the machine sleeps (CLOCK_MONOTONIC).
    public var now: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Seconds since 1970, UTC.
    public var wallClock: Int64 { Int64(nanoseconds(CLOCK_REALTIME) / 1_000_000_000) }

    private func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

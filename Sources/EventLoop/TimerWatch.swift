// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd

/// Calls a handler after a time, once or again and again, until it is cancelled or nobody holds it.
@safe public final class TimerWatch {
    private let source: EventSource
    private let handler: () -> Void
    private let period: UInt64?
    private var due: UInt64

    /// Starts a timer on CLOCK_MONOTONIC.
    ///
    /// - Parameters:
    ///   - milliseconds: until the first call.
    ///   - period: milliseconds between calls after that; nil calls once. Calls that could not be made in time are left out,
    ///     not caught up with.
    ///   - tolerance: milliseconds by which a call may be late, so that the kernel can wake the machine for several timers
    ///     at once.
    public init(
        on loop: EventLoop, after milliseconds: Int, every period: Int? = nil, tolerance: Int = 1,
        _ handler: @escaping () -> Void
    ) throws(SystemError) {
        source = EventSource(loop: loop)
        self.handler = handler
        self.period = period.map { UInt64(max(1, $0)) * 1000 }
        due = loop.now / 1000 + UInt64(max(0, milliseconds)) * 1000

        var added: OpaquePointer?
        let result = unsafe sd_event_add_time(
            loop.handle, &added, CLOCK_MONOTONIC, due, max(1, UInt64(tolerance) * 1000),
            { _, _, userdata in
                unsafe Unmanaged<TimerWatch>.fromOpaque(userdata!).takeUnretainedValue().fire()
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        unsafe source.adopt(added)
        try checked(result, "start a timer")
    }

    private func fire() {
        if let period {
            let now = source.loop.now / 1000
            due += period
            if due <= now { due = now + period }
            if let handle = unsafe source.handle { _ = unsafe sd_event_source_set_time(handle, due) }
            source.enable(SD_EVENT_ONESHOT)
        }
        handler()
    }

    /// Makes sure that the handler is not called again.
    public func cancel() {
        source.remove()
    }
}

extension EventLoop {
    /// Starts a timer that calls `handler` once.
    public func after(milliseconds: Int, _ handler: @escaping () -> Void) throws(SystemError) -> TimerWatch {
        try TimerWatch(on: self, after: milliseconds, handler)
    }

    /// Starts a timer that calls `handler` again and again.
    public func every(
        milliseconds: Int, tolerance: Int = 1, _ handler: @escaping () -> Void
    ) throws(SystemError) -> TimerWatch {
        try TimerWatch(on: self, after: milliseconds, every: milliseconds, tolerance: tolerance, handler)
    }
}

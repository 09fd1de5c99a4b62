// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd
internal import Glibc

/// Calls a handler when the process is sent a signal, until it is cancelled or nobody holds it.
///
/// The signal is blocked for the calling thread; threads that were started before must have it blocked too, or the kernel may
/// choose them (signal(7)). Start watches before threads.
@safe public final class SignalWatch {
    private let source: EventSource
    private let handler: () -> Void

    /// Watches a signal such as SIGTERM.
    public init(on loop: EventLoop, _ signal: Int32, _ handler: @escaping () -> Void) throws(SystemError) {
        source = EventSource(loop: loop)
        self.handler = handler

        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, signal)
        let blocked = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        guard blocked == 0 else { throw SystemError("block signal \(signal)", code: blocked) }

        var added: OpaquePointer?
        let result = unsafe sd_event_add_signal(
            loop.handle, &added, signal,
            { _, _, userdata in
                unsafe Unmanaged<SignalWatch>.fromOpaque(userdata!).takeUnretainedValue().handler()
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        unsafe source.adopt(added)
        try checked(result, "watch signal \(signal)")
    }

    /// Makes sure that the handler is not called again. The signal stays blocked.
    public func cancel() {
        source.remove()
    }
}

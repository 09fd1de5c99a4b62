// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd

/// Tells the service manager how we are (sd_notify(3)). Where there is none, nothing happens.
public enum ServiceManager {
    /// What can be told.
    public enum State: Equatable, Sendable {
        /// Start-up is complete.
        case ready
        /// The end has begun.
        case stopping
        /// One line for people.
        case status(String)
        /// A sign of life; `EventLoop.feedWatchdog` gives them by itself.
        case watchdog
        /// The system's number for why we end.
        case failed(errno: Int32)
        /// Start or stop needs this much more time, in milliseconds, from now.
        case extendTimeout(milliseconds: Int)

        var assignment: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            // A newline would begin an assignment of its own.
            case .status(let text): "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
            case .watchdog: "WATCHDOG=1"
            case .failed(let code): "ERRNO=\(abs(code))"
            case .extendTimeout(let milliseconds): "EXTEND_TIMEOUT_USEC=\(milliseconds * 1000)"
            }
        }
    }

    /// Sends states in one message.
    ///
    /// - Returns: whether there is somebody to tell (`$NOTIFY_SOCKET`) and the message was sent.
    @discardableResult
    public static func notify(_ states: State...) -> Bool {
        unsafe sd_notify(0, states.map(\.assignment).joined(separator: "\n")) > 0
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
package import Logging

/// The levels that say something different in a program that serves.
package enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// What went wrong.
    case error
    /// What may go wrong.
    case warning
    /// What an administrator wants to know.
    case notice
    /// A line for each request.
    case info
    /// Everything.
    case debug

    /// The level as the logger knows it.
    package var level: Logger.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .notice: .notice
        case .info: .info
        case .debug: .debug
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
package import Logging

/// Writes log lines to standard error, with the level in front as the journal reads it (sd-daemon(3)).
package struct LineHandler: LogHandler {
    /// Nothing is added to lines.
    package var metadata: Logger.Metadata = [:]
    /// Lines below it are not written.
    package var logLevel = Logger.Level.notice

    /// From notice on.
    package init() {}

    /// Metadata by its key.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    package func log(event: LogEvent) {
        let line = Array("<\(Self.number(of: event.level))>\(event.message)\n".utf8)
        _ = unsafe write(STDERR_FILENO, line, line.count)
    }

    private static func number(of level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}

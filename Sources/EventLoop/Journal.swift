// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd
internal import Glibc

/// Where messages for the operator go: the systemd journal with fields of their own, or standard error as text.
public struct Journal: Sendable {
    /// How much a message matters (syslog(3)).
    public enum Priority: Int, Sendable, CaseIterable {
        case emergency = 0
        case alert
        case critical
        case error
        case warning
        case notice
        case information
        case debug
    }

    /// One field beside the message: an upper-case name (`NFTLB_FARM`) and its value.
    public struct Field: Equatable, Sendable {
        /// Upper-case letters, digits and underscores; not beginning with an underscore (systemd.journal-fields(7)).
        public var name: String
        /// Any text.
        public var value: String

        /// Names a value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    private let destination: Destination
    private let identifier: String
    /// Messages that matter less are dropped.
    public var threshold: Priority

    enum Destination: Equatable, Sendable {
        case journal
        /// Lines that begin with `<N>`, which journald and others read as the priority (sd-daemon(3)).
        case prefixedText
        case plainText
    }

    /// A journal for the program of this name; goes to systemd's journal when standard error does, else to standard error.
    public init(identifier: String, threshold: Priority = .information) {
        self.init(
            identifier: identifier, threshold: threshold,
            destination: Journal.isConnectedToJournal()
                ? .journal : isatty(STDERR_FILENO) == 1 ? .plainText : .prefixedText)
    }

    init(identifier: String, threshold: Priority, destination: Destination) {
        self.identifier = identifier
        self.threshold = threshold
        self.destination = destination
    }

    /// Sends a message.
    ///
    /// - Parameter fields: go with it to the journal; as text they stand behind the message.
    public func send(_ priority: Priority, _ message: String, fields: [Field] = []) {
        guard priority.rawValue <= threshold.rawValue else { return }
        if destination == .journal && sendToJournal(priority, message, fields) { return }
        let line = Array(text(priority, message, fields).utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// One line: what others wrote cannot begin a line of its own.
    func text(_ priority: Priority, _ message: String, _ fields: [Field]) -> String {
        var line = destination == .plainText ? "" : "<\(priority.rawValue)>"
        line += message
        for field in fields { line += " \(field.name)=\(field.value)" }
        let visible = line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }
        return String(String.UnicodeScalarView(visible)) + "\n"
    }

    private func sendToJournal(_ priority: Priority, _ message: String, _ fields: [Field]) -> Bool {
        var items = ["MESSAGE=\(message)", "PRIORITY=\(priority.rawValue)", "SYSLOG_IDENTIFIER=\(identifier)"]
        items += fields.map { "\($0.name)=\($0.value)" }
        let bytes = items.map { Array($0.utf8) }
        let flat = bytes.flatMap { $0 }
        return unsafe flat.withUnsafeBytes { buffer in
            var vectors: [iovec] = unsafe []
            var offset = 0
            for item in bytes {
                let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress! + offset)
                unsafe vectors.append(iovec(iov_base: start, iov_len: item.count))
                offset += item.count
            }
            return unsafe sd_journal_sendv(vectors, Int32(vectors.count)) >= 0
        }
    }

    /// `$JOURNAL_STREAM` names device and inode of the stream to the journal that systemd made standard error
    /// (systemd.exec(5)); a shell below us may have sent standard error elsewhere.
    private static func isConnectedToJournal() -> Bool {
        guard let variable = unsafe getenv("JOURNAL_STREAM") else { return false }
        let parts = unsafe String(cString: variable).split(separator: ":").map { UInt64($0) }
        var status = stat()
        guard parts.count == 2, unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return parts[0] == UInt64(status.st_dev) && parts[1] == UInt64(status.st_ino)
    }
}

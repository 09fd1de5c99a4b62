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
    /// - Parameters:
    ///   - kind: 32 hexadecimal digits by which the journal's catalog and filters know messages of this kind (MESSAGE_ID,
    ///     systemd.journal-fields(7)). As text it is left out.
    ///   - fields: go with it to the journal; as text they stand behind the message.
    public func send(_ priority: Priority, _ message: String, kind: String? = nil, fields: [Field] = []) {
        guard priority.rawValue <= threshold.rawValue else { return }
        if destination == .journal {
            let identified = kind.map { fields + [Field("MESSAGE_ID", $0)] } ?? fields
            if sendToJournal(priority, message, identified) { return }
        }
        let line = text(priority, message, fields)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// One line: what others wrote cannot begin a line of its own, nor move the cursor of a terminal.
    func text(_ priority: Priority, _ message: String, _ fields: [Field]) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        if destination != .plainText { line += [UInt8(ascii: "<"), UInt8(48 + priority.rawValue), UInt8(ascii: ">")] }
        line += message.utf8
        for field in fields {
            line.append(UInt8(ascii: " "))
            line += field.name.utf8
            line.append(UInt8(ascii: "="))
            line += field.value.utf8
        }
        for index in line.indices where line[index] < 0x20 || line[index] == 0x7f { line[index] = UInt8(ascii: " ") }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func sendToJournal(_ priority: Priority, _ message: String, _ fields: [Field]) -> Bool {
        // All entries one behind the other, and where each ends.
        var bytes: [UInt8] = []
        var ends: [Int] = []
        func add(_ name: String, _ value: some Sequence<UInt8>) {
            bytes += name.utf8
            bytes.append(UInt8(ascii: "="))
            bytes += value
            ends.append(bytes.count)
        }
        add("MESSAGE", message.utf8)
        add("PRIORITY", CollectionOfOne(UInt8(48 + priority.rawValue)))
        add("SYSLOG_IDENTIFIER", identifier.utf8)
        for field in fields { add(field.name, field.value.utf8) }
        return unsafe bytes.withUnsafeBytes { buffer in
            var vectors: [iovec] = unsafe []
            var start = 0
            for end in ends {
                let place = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress! + start)
                unsafe vectors.append(iovec(iov_base: place, iov_len: end - start))
                start = end
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

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The text in front of a line that the kernel logs: printable ASCII, at most 127 bytes (`NF_LOG_PREFIXLEN` is 128 with
/// the NUL), without quote, backslash and dollar.
///
/// It is the one value of a user that becomes text of the ruleset language. Hence no character that could end the
/// string, and no `$`, which nft takes for a variable in a prefix.
public struct LogPrefix: Sendable, Hashable, CustomStringConvertible {
    /// The longest prefix in bytes.
    public static let maximumLength = 127

    /// The prefix, with its placeholders `TYPE`, `KNAME`, `FNAME`… as written.
    public let text: String

    /// Takes a text that may stand in front of a log line.
    public init(_ text: String) throws(InvalidValue) {
        guard text.utf8.count <= LogPrefix.maximumLength else {
            throw InvalidValue(
                "a log prefix has at most \(LogPrefix.maximumLength) bytes, this one has \(text.utf8.count)")
        }
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte) else { throw InvalidValue("a log prefix is printable ASCII") }
            guard LogPrefix.isAllowed(byte) else {
                throw InvalidValue("a log prefix must not contain a quote, a backslash or a dollar sign")
            }
        }
        self.text = text
    }

    /// Whether a byte may stand in a prefix.
    static func isAllowed(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && !"\"'\\$".utf8.contains(byte)
    }

    init(unchecked text: String) {
        self.text = text
    }

    /// `log-prefix` of a farm when none is given.
    public static let farm = LogPrefix(unchecked: "TYPE-FNAME ")

    /// The prefixes of a farm's limits when none are given.
    public static let limit = LogPrefix(unchecked: "KNAME-FNAME ")

    /// `est-connlimit-log-prefix` of a backend when none is given.
    public static let backend = LogPrefix(unchecked: "KNAME-FNAME-BNAME ")

    /// `log-prefix` of a policy when none is given.
    public static let policy = LogPrefix(unchecked: "KNAME-TYPE-PNAME-FNAME ")

    /// `log-prefix` of an address when none is given.
    public static let address = LogPrefix(unchecked: "TYPE-ANAME ")

    /// The value as text.
    public var description: String { text }
}

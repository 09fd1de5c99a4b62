// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The name of a network interface as the kernel allows it: 1 to 15 bytes, not `.` or `..`, without slash, colon,
/// white space (`dev_valid_name` in net/core/dev.c); and here without quotes and control characters.
public struct InterfaceName: Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// Takes a text that is a name of an interface.
    public init(_ text: String) throws(InvalidValue) {
        guard (1...15).contains(text.utf8.count), text != ".", text != ".." else {
            throw InvalidValue("an interface's name has 1 to 15 bytes")
        }
        for byte in text.utf8 {
            guard (0x21...0x7E).contains(byte), !"/:\"'".utf8.contains(byte) else {
                throw InvalidValue("\"\(text)\" is not an interface's name")
            }
        }
        self.text = text
    }

    /// The value as text.
    public var description: String { text }
}

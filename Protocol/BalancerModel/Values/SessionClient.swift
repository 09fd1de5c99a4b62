// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The client of a session as it is written: the fields of the farm's persistence joined with ` . `, for example
/// `10.0.0.1 . 4000`.
///
/// Which fields they are is known only with the farm (`SessionKey`); here it is one line of printable ASCII without quotes.
public struct SessionClient: Sendable, Hashable, CustomStringConvertible {
    /// The key as text.
    public let text: String

    /// Takes a text that can be the key of a session.
    public init(_ text: String) throws(InvalidValue) {
        guard (1...255).contains(text.utf8.count) else { throw InvalidValue("a client has 1 to 255 bytes") }
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'") else {
                throw InvalidValue("a client is printable ASCII without quotes")
            }
        }
        self.text = text
    }

    /// A key known to be valid.
    init(unchecked text: String) {
        self.text = text
    }

    /// The value as text.
    public var description: String { text }
}

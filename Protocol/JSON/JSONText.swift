// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A long text that is read a part at a time, so that its owner can do something else between two parts.
///
/// A megabyte takes some ten milliseconds. What cannot be interrupted is one token: a string as long as the text.
public struct JSONText: Sendable {
    private let bytes: [UInt8]
    private var reader: JSONReader

    /// A text that nothing has been read of.
    ///
    /// - Throws: what can be said of it without reading it: it is too long.
    public init(_ bytes: [UInt8], options: JSONReader.Options = JSONReader.Options()) throws(JSONError) {
        self.bytes = bytes
        reader = try JSONReader(of: bytes.span, options: options)
    }

    /// Reads on for so many bytes, and to the end of the token there.
    ///
    /// - Returns: the value of the whole text; nil when there is more of it.
    public mutating func advance(bytes count: Int) throws(JSONError) -> JSONValue? {
        let bytes = bytes
        let limit = min(bytes.count, reader.position + max(1, count))
        return try reader.advance(bytes.span, upTo: limit)
    }

    /// Ends the reading: what has been read, for ``JSONRemains``.
    public consuming func abandon() -> JSONValue { reader.abandon() }
}

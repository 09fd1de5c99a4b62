// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The name of an object: 1 to 255 bytes of UTF-8 without quotes and control characters.
///
/// Two names are equal when their bytes are: "é" as one scalar and as two are different names, here, in the store and in
/// the kernel alike.
public struct Name: Sendable, CustomStringConvertible {
    /// The longest name in bytes.
    public static let maximumLength = 255

    /// The name as text.
    public let text: String

    /// Takes a text that is a name.
    public init(_ text: String) throws(InvalidValue) {
        try Name.check(text.utf8Span.span)
        self.text = text
    }

    /// A name known to be valid, for names derived from valid ones.
    init(unchecked text: String) {
        self.text = text
    }

    /// The value as text.
    public var description: String { text }

    private static func check(_ bytes: Span<UInt8>) throws(InvalidValue) {
        if bytes.isEmpty { throw InvalidValue("a name must not be empty") }
        if bytes.count > maximumLength {
            throw InvalidValue("a name has at most \(maximumLength) bytes, this one has \(bytes.count)")
        }
        for index in bytes.indices {
            switch bytes[index] {
            case 0x22, 0x27: throw InvalidValue("a name must not contain a quote")
            case 0..<0x20, 0x7F: throw InvalidValue("a name must not contain a control character")
            // U+0080 to U+009F, the control characters of the second page.
            case 0x80...0x9F where index > 0 && bytes[index - 1] == 0xC2:
                throw InvalidValue("a name must not contain a control character")
            default: continue
            }
        }
    }
}

extension Name: Hashable {
    /// Compares the bytes.
    public static func == (left: Name, right: Name) -> Bool {
        let (left, right) = (left.text.utf8Span.span, right.text.utf8Span.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        let span = text.utf8Span.span
        unsafe span.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
    }
}

extension Name: Comparable {
    /// The canonical order.
    public static func < (left: Name, right: Name) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

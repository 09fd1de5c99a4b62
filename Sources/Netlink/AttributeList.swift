// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The attributes of one object as the kernel sent them: for what is read seldom and in small numbers.
public struct AttributeList: Sendable, Hashable, Sequence {
    /// Type, length, value, padding; again and again.
    public var bytes: ArraySlice<UInt8>

    /// Takes attributes as they lie in a message.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// One attribute.
    public struct Attribute: Sendable, Hashable {
        /// The type, without the flags for nesting and byte order.
        public var type: UInt16
        /// The value, without padding.
        public var value: ArraySlice<UInt8>

        /// The value as a string, up to the first NUL.
        public var string: String {
            String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
        }

        /// The value as a 32-bit number in network order, nil when it has another size.
        public var number: UInt32? {
            value.count == 4 ? value.reduce(0) { $0 << 8 | UInt32($1) } : nil
        }

        /// The value as attributes.
        public var nested: AttributeList {
            AttributeList(value)
        }
    }

    /// Walks over the attributes in their order; a length that cannot be right ends the walk.
    public struct Iterator: IteratorProtocol {
        var rest: ArraySlice<UInt8>

        /// The next attribute.
        public mutating func next() -> Attribute? {
            guard rest.count >= 4 else { return nil }
            let length = unsafe rest.span.bytes.number(UInt16.self, at: 0)
            let type = unsafe rest.span.bytes.number(UInt16.self, at: 2)
            guard length >= 4, Int(length) <= rest.count else { return nil }
            let attribute = Attribute(type: type & 0x3fff, value: rest.dropFirst(4).prefix(Int(length) - 4))
            rest = rest.dropFirst((Int(length) + 3) & ~3)
            return attribute
        }
    }

    /// Begins a walk.
    public func makeIterator() -> Iterator {
        Iterator(rest: bytes)
    }

    /// The first attribute of a type.
    public subscript(type: UInt16) -> Attribute? {
        first { $0.type == type }
    }
}

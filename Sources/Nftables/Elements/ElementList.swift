// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Elements of one set, flat: a key and its data, again and again, exactly as the kernel's registers hold them.
///
/// The fields of a concatenation are padded to four bytes each. Addresses, ports and hardware addresses are in network
/// order; marks, priorities and the results of numgen and jhash in the machine's order; a transport protocol is one byte
/// and three zeros. Read from `nft --debug=netlink` (nftables 1.0.6, Linux 6.18, little endian):
///
///     services { tcp . 10.1.2.3 . 80 : 0x00010002 }   06 00 00 00  0a 01 02 03  00 50 00 00 : 02 00 01 00
///     to-port { 0x80000009 : 10.9.8.7 . 8080 }         09 00 00 80 : 0a 09 08 07  1f 90 00 00
public struct ElementList: Sendable, Hashable {
    /// Which set they belong to, and how they lie here.
    public let form: ElementForm
    /// The elements one behind the other.
    public private(set) var bytes: [UInt8]

    /// A list of the given bytes.
    public init(_ form: ElementForm, bytes: [UInt8]) {
        precondition(bytes.count % form.stride == 0)
        self.form = form
        self.bytes = bytes
    }

    /// An empty list, or one of the given bytes.
    public init(set: SetReference, keyLength: Int, dataLength: Int, isInterval: Bool = false, bytes: [UInt8] = []) {
        self.init(
            ElementForm(set: set, keyLength: keyLength, dataLength: dataLength, isInterval: isInterval), bytes: bytes)
    }

    /// The set they belong to.
    public var set: SetReference { form.set }

    /// Bytes of a key; a multiple of four. In an interval set that is twice what the kernel calls a key: the first key of an
    /// element and its last.
    public var keyLength: Int { form.keyLength }

    /// Bytes of the data; 0 for a set, and for keys to delete or to look up.
    public var dataLength: Int { form.dataLength }

    /// Whether an element stands for all keys between two.
    public var isInterval: Bool { form.isInterval }

    /// Bytes from one element to the next.
    public var stride: Int { form.stride }

    /// How many elements there are.
    public var count: Int { bytes.count / stride }

    /// Whether there is none.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The key of an element.
    public func key(at index: Int) -> ArraySlice<UInt8> {
        bytes[index * stride..<index * stride + keyLength]
    }

    /// The data of an element; empty without.
    public func data(at index: Int) -> ArraySlice<UInt8> {
        bytes[index * stride + keyLength..<(index + 1) * stride]
    }

    /// Makes room.
    public mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count * stride) }

    /// Appends one element.
    public mutating func append(key: some Collection<UInt8>, data: some Collection<UInt8>) {
        precondition(key.count == keyLength && data.count == dataLength)
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: data)
    }

    /// Appends one element of a set, or a key alone.
    public mutating func append(key: some Collection<UInt8>) { append(key: key, data: EmptyCollection()) }

    /// Appends all elements of a list of the same form.
    public mutating func append(contentsOf other: ElementList) {
        precondition(other.form == form)
        bytes.append(contentsOf: other.bytes)
    }

    /// Some of the elements.
    public func slice(_ range: Range<Int>) -> ElementList {
        ElementList(form, bytes: Array(bytes[range.lowerBound * stride..<range.upperBound * stride]))
    }

    /// The keys alone.
    public var keys: ElementList {
        guard dataLength > 0 else { return self }
        var result = ElementList(form.keys)
        result.reserveCapacity(count)
        for index in 0..<count { result.bytes.append(contentsOf: key(at: index)) }
        return result
    }
}

extension ElementList {
    /// Appends one word as it stands in memory; `stride / 4` of them make an element.
    @inline(__always)
    public mutating func append(word: UInt32) {
        #if _endian(little)
            bytes.append(UInt8(truncatingIfNeeded: word))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
        #else
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
        #endif
    }

    /// Appends four bytes of an element.
    @inline(__always)
    public mutating func append(raw first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        bytes.append(first)
        bytes.append(second)
        bytes.append(third)
        bytes.append(fourth)
    }

    /// Appends an element of words in the machine's order: marks, priorities, slot numbers.
    public mutating func append(words: UInt32...) {
        precondition(words.count * 4 == stride)
        for word in words { append(word: word) }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// What is read of each element besides key and value.
public enum ElementDetail: Sendable, Hashable {
    /// Nothing.
    case none
    /// Packets and bytes that its counter has counted, 0 and 0 without one.
    case counter
    /// Time-out and what is left of it, milliseconds. `UInt64.max` for a time-out that is the set's, and for what is left of
    /// an element without end.
    case lifetime
}

/// Elements as they were read, flat.
public struct ElementPart: Sendable, Equatable {
    /// Key and value, again and again.
    public private(set) var bytes: [UInt8] = []
    /// Two numbers for each element, if something besides was asked for: see ``ElementDetail``.
    public private(set) var numbers: [UInt64] = []

    init() {}

    /// Keys alone.
    init(keys: [UInt8]) { bytes = keys }

    /// Where the next element goes.
    var position: (bytes: Int, numbers: Int) { (bytes.count, numbers.count) }

    /// Takes away what was appended since.
    mutating func cut(to position: (bytes: Int, numbers: Int)) {
        bytes.removeLast(bytes.count - position.bytes)
        numbers.removeLast(numbers.count - position.numbers)
    }

    mutating func reserveCapacity(_ count: Int, _ set: SetIdentity, _ detail: ElementDetail) {
        bytes.reserveCapacity(count * (set.keyLength + set.dataLength))
        if detail != .none { numbers.reserveCapacity(count * 2) }
    }

    /// Appends the elements of one NEWSETELEM message. Ends of intervals, which a set of single fields lists as elements of
    /// their own, are left out, and so is the element for all keys: it has none.
    mutating func append(
        _ bytes: RawSpan, _ message: ReceivedMessage, _ set: SetIdentity, _ detail: ElementDetail
    ) throws(NetlinkError) {
        guard let list = bytes.attribute(Number.elementListElements, in: message.attributes) else { return }
        var offset = list.lowerBound
        while let element = bytes.attribute(at: &offset, end: list.upperBound) {
            try append(bytes, Attributes(bytes, element.value), set, detail)
        }
    }

    private mutating func append(
        _ bytes: RawSpan, _ element: Attributes, _ set: SetIdentity, _ detail: ElementDetail
    ) throws(NetlinkError) {
        if let flags = element.flags.flatMap({ bytes.bigEndian($0) }),
            flags & (Number.intervalEnd | Number.catchAll) != 0
        {
            return
        }
        try append(bytes, element.key, set.boundLength, set)
        // An interval of one key may come without its end: then both are the same.
        if set.isInterval { try append(bytes, element.keyEnd ?? element.key, set.boundLength, set) }
        if set.dataLength > 0 { try append(bytes, element.data, set.dataLength, set) }
        switch detail {
        case .none: break
        case .counter:
            let counter = element.counter(bytes)
            numbers.append(counter.packets)
            numbers.append(counter.bytes)
        case .lifetime:
            numbers.append(element.timeout.flatMap { bytes.bigEndian64($0) } ?? .max)
            numbers.append(element.expiration.flatMap { bytes.bigEndian64($0) } ?? .max)
        }
    }

    private mutating func append(
        _ bytes: RawSpan, _ holder: Range<Int>?, _ length: Int, _ set: SetIdentity
    ) throws(NetlinkError) {
        guard let holder, let value = bytes.attribute(Number.dataValue, in: holder), value.count == length else {
            throw NetlinkError(
                errno: EINVAL, message: "an element of \(set.name) is not of the declared size",
                operation: "read elements of \(set.table) \(set.name)")
        }
        bytes.append(value, to: &self.bytes)
    }
}

/// Where the attributes of one element lie.
private struct Attributes {
    var flags: Range<Int>?
    var key: Range<Int>?
    var keyEnd: Range<Int>?
    var data: Range<Int>?
    var timeout: Range<Int>?
    var expiration: Range<Int>?
    var expression: Range<Int>?
    var expressions: Range<Int>?

    init(_ bytes: RawSpan, _ element: Range<Int>) {
        var offset = element.lowerBound
        while let attribute = bytes.attribute(at: &offset, end: element.upperBound) {
            switch attribute.type {
            case Number.elementFlags: flags = attribute.value
            case Number.elementKey: key = attribute.value
            case Number.elementKeyEnd: keyEnd = attribute.value
            case Number.elementData: data = attribute.value
            case Number.elementTimeout: timeout = attribute.value
            case Number.elementExpiration: expiration = attribute.value
            case Number.elementExpression: expression = attribute.value
            case Number.elementExpressions: expressions = attribute.value
            default: break
            }
        }
    }

    /// What its counter says; its only expression, or one of several.
    func counter(_ bytes: RawSpan) -> (packets: UInt64, bytes: UInt64) {
        if let expression, let counter = Self.counter(bytes, expression) { return counter }
        guard let expressions else { return (0, 0) }
        var offset = expressions.lowerBound
        while let expression = bytes.attribute(at: &offset, end: expressions.upperBound) {
            if let counter = Self.counter(bytes, expression.value) { return counter }
        }
        return (0, 0)
    }

    private static func counter(_ bytes: RawSpan, _ expression: Range<Int>) -> (packets: UInt64, bytes: UInt64)? {
        guard let name = bytes.attribute(Number.expressionName, in: expression), bytes.isString(name, "counter"),
            let data = bytes.attribute(Number.expressionData, in: expression),
            let packets = bytes.attribute(Number.counterPackets, in: data).flatMap({ bytes.bigEndian64($0) }),
            let counted = bytes.attribute(Number.counterBytes, in: data).flatMap({ bytes.bigEndian64($0) })
        else { return nil }
        return (packets, counted)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How one element stands in NFTA_SET_ELEM_LIST_ELEMENTS. All elements of a list are of one size, so a list is written with
/// fixed strides, and a byte offset the kernel complains about gives the element by division.
///
///     NFTA_LIST_ELEM (nested)
///       NFTA_SET_ELEM_KEY (nested)
///         NFTA_DATA_VALUE   the key, padded to 4
///       NFTA_SET_ELEM_KEY_END (nested), for intervals
///         NFTA_DATA_VALUE   the last key, padded to 4
///       NFTA_SET_ELEM_DATA (nested), for maps
///         NFTA_DATA_VALUE   the value, padded to 4
///       NFTA_SET_ELEM_TIMEOUT     milliseconds in network order, for elements with a time-out of their own
///       NFTA_SET_ELEM_EXPIRATION  milliseconds, for elements of whose time some has passed
///       NFTA_SET_ELEM_EXPR (nested), for elements that have counted already
///         NFTA_EXPR_NAME          counter
///         NFTA_EXPR_DATA (nested)
///           NFTA_COUNTER_BYTES    in network order
///           NFTA_COUNTER_PACKETS
struct ElementEncoding {
    /// Bytes of one key of the kernel's.
    private let boundLength: Int
    private let isInterval: Bool
    private let dataLength: Int
    private let extras: Extras

    /// What is written besides keys and data.
    struct Extras: OptionSet {
        let rawValue: UInt8
        static let timeout = Extras(rawValue: 1)
        static let expiration = Extras(rawValue: 2)
        static let count = Extras(rawValue: 4)
    }

    /// Elements of a set, or their keys alone.
    init(_ set: SetIdentity, withData: Bool, extras: Extras = []) {
        self.extras = extras
        isInterval = set.isInterval
        boundLength = set.boundLength
        dataLength = withData ? set.dataLength : 0
    }

    private var boundSpace: Int { Self.padded(boundLength) }
    private var dataSpace: Int { Self.padded(dataLength) }

    /// Bytes from one element to the next as they are handed in.
    var sourceStride: Int { boundLength * (isInterval ? 2 : 1) + dataLength }

    /// Bytes from one element to the next in the message.
    var stride: Int {
        4 + (8 + boundSpace) * (isInterval ? 2 : 1) + (dataLength > 0 ? 8 + dataSpace : 0)
            + (extras.contains(.timeout) ? 12 : 0) + (extras.contains(.expiration) ? 12 : 0)
            + (extras.contains(.count) ? Self.counterSpace : 0)
    }

    /// How many elements one list may have: its length is a 16-bit number.
    var elementsPerList: Int { (0xffff - 4) / stride }

    /// Writes elements.
    ///
    /// - Parameters:
    ///   - source: keys and values, one behind the other, without gaps.
    ///   - numbers: two of each, if they are to be written: time-out and expiration, or packets and bytes.
    ///   - target: `count` strides of zeros.
    func write(
        _ source: UnsafeRawBufferPointer, numbers: ArraySlice<UInt64> = [], count: Int,
        to target: UnsafeMutableRawBufferPointer
    ) {
        guard count > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
        precondition(source.count >= count * sourceStride && target.count >= count * stride)
        let (stride, sourceStride) = (stride, sourceStride)
        let elementHeader = Self.header(stride, Number.element, nested: true)
        let key = Value(Number.elementKey, boundLength)
        let last = Value(Number.elementKeyEnd, boundLength)
        let data = Value(Number.elementData, dataLength)
        for index in 0..<count {
            var place = unsafe to + index * stride
            var bytes = unsafe from + index * sourceStride
            unsafe place.storeBytes(of: elementHeader, as: UInt32.self)
            unsafe place += 4
            unsafe key.write(from: &bytes, to: &place)
            if isInterval { unsafe last.write(from: &bytes, to: &place) }
            if dataLength > 0 { unsafe data.write(from: &bytes, to: &place) }
            guard !extras.isEmpty else { continue }
            let pair = numbers.dropFirst(2 * index).prefix(2)
            if extras.contains(.timeout) { unsafe Self.write(pair.first, Number.elementTimeout, to: &place) }
            if extras.contains(.expiration) { unsafe Self.write(pair.last, Number.elementExpiration, to: &place) }
            if extras.contains(.count) { unsafe Self.writeCounter(packets: pair.first, bytes: pair.last, to: &place) }
        }
    }

    private static func write(_ number: UInt64?, _ type: UInt16, to place: inout UnsafeMutableRawPointer) {
        unsafe place.storeBytes(of: header(12, type, nested: false), as: UInt32.self)
        unsafe place.storeBytes(of: (number ?? 0).bigEndian, toByteOffset: 4, as: UInt64.self)
        unsafe place += 12
    }

    /// Bytes of a counter that has counted already.
    private static let counterSpace = 44

    private static func writeCounter(packets: UInt64?, bytes: UInt64?, to place: inout UnsafeMutableRawPointer) {
        unsafe place.storeBytes(of: header(counterSpace, Number.elementExpression, nested: true), as: UInt32.self)
        unsafe place.storeBytes(
            of: header(12, Number.expressionName, nested: false), toByteOffset: 4, as: UInt32.self)
        // The characters of `counter`, and NUL.
        unsafe place.storeBytes(of: UInt64(0x636f_756e_7465_7200).bigEndian, toByteOffset: 8, as: UInt64.self)
        unsafe place.storeBytes(
            of: header(28, Number.expressionData, nested: true), toByteOffset: 16, as: UInt32.self)
        unsafe place += 20
        unsafe write(bytes, Number.counterBytes, to: &place)
        unsafe write(packets, Number.counterPackets, to: &place)
    }

    /// The key of an element of a message, as it was handed in.
    func key(in message: some RandomAccessCollection<UInt8>, at element: Int) -> [UInt8] {
        let first = Array(message.dropFirst(element + 12).prefix(boundLength))
        guard isInterval else { return first }
        return first + message.dropFirst(element + 12 + boundSpace + 8).prefix(boundLength)
    }

    /// A value in its two attributes.
    private struct Value {
        let header: UInt32
        let valueHeader: UInt32
        let length: Int
        let space: Int

        init(_ type: UInt16, _ length: Int) {
            self.length = length
            space = ElementEncoding.padded(length)
            header = ElementEncoding.header(8 + space, type, nested: true)
            valueHeader = ElementEncoding.header(4 + length, Number.dataValue, nested: false)
        }

        @inline(__always)
        func write(from bytes: inout UnsafeRawPointer, to place: inout UnsafeMutableRawPointer) {
            unsafe place.storeBytes(of: header, as: UInt32.self)
            unsafe place.storeBytes(of: valueHeader, toByteOffset: 4, as: UInt32.self)
            unsafe (place + 8).copyMemory(from: bytes, byteCount: length)
            unsafe place += 8 + space
            unsafe bytes += length
        }
    }

    private static func padded(_ length: Int) -> Int { (length + 3) & ~3 }

    /// An attribute's header as one host-order word: length in the first half, type in the second.
    private static func header(_ length: Int, _ type: UInt16, nested: Bool) -> UInt32 {
        let type = nested ? type | 0x8000 : type
        #if _endian(little)
            return UInt32(length) | UInt32(type) << 16
        #else
            return UInt32(length) << 16 | UInt32(type)
        #endif
    }
}

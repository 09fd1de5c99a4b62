// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How one element stands in NFTA_SET_ELEM_LIST_ELEMENTS. All elements of a list are of one size, so a list is written with
/// fixed strides, and a byte offset the kernel complains about gives the element by division.
///
///     NFTA_LIST_ELEM (nested)
///       NFTA_SET_ELEM_KEY (nested)
///         NFTA_DATA_VALUE   the key, padded to 4
///       NFTA_SET_ELEM_DATA (nested), for maps
///         NFTA_DATA_VALUE   the value, padded to 4
struct ElementEncoding {
    let keyLength: Int
    let dataLength: Int

    private var keySpace: Int { (keyLength + 3) & ~3 }
    private var dataSpace: Int { (dataLength + 3) & ~3 }

    /// Bytes from one element to the next.
    var stride: Int { 12 + keySpace + (dataLength > 0 ? 8 + dataSpace : 0) }

    /// Where the key's bytes begin in an element.
    static let keyOffset = 12

    /// How many elements one list may have: its length is a 16-bit number.
    var elementsPerList: Int { (0xffff - 4) / stride }

    /// Writes elements.
    ///
    /// - Parameters:
    ///   - source: keys and values, one behind the other, each `sourceStride` bytes from the next.
    ///   - target: `count` strides of zeros.
    func write(
        _ source: UnsafeRawBufferPointer, sourceStride: Int, count: Int, to target: UnsafeMutableRawBufferPointer
    ) {
        guard count > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
        precondition(source.count >= count * sourceStride && target.count >= count * stride)
        let stride = stride
        let keySpace = keySpace
        let elementHeader = Self.header(stride, Number.element, nested: true)
        let keyHeader = Self.header(8 + keySpace, Number.elementKey, nested: true)
        let keyValueHeader = Self.header(4 + keyLength, Number.dataValue, nested: false)
        let dataHeader = Self.header(8 + dataSpace, Number.elementData, nested: true)
        let dataValueHeader = Self.header(4 + dataLength, Number.dataValue, nested: false)
        for index in 0..<count {
            let element = unsafe to + index * stride
            let bytes = unsafe from + index * sourceStride
            unsafe element.storeBytes(of: elementHeader, as: UInt32.self)
            unsafe element.storeBytes(of: keyHeader, toByteOffset: 4, as: UInt32.self)
            unsafe element.storeBytes(of: keyValueHeader, toByteOffset: 8, as: UInt32.self)
            unsafe (element + 12).copyMemory(from: bytes, byteCount: keyLength)
            if dataLength > 0 {
                let data = unsafe element + 12 + keySpace
                unsafe data.storeBytes(of: dataHeader, as: UInt32.self)
                unsafe data.storeBytes(of: dataValueHeader, toByteOffset: 4, as: UInt32.self)
                unsafe (data + 8).copyMemory(from: bytes + keyLength, byteCount: dataLength)
            }
        }
    }

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

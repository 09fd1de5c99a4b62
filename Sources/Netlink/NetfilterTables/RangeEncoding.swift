// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// How ranges stand in a set of intervals whose key is one field (rbtree): as two elements each, the first key, and the one
/// behind the last with NFT_SET_ELEM_INTERVAL_END. The last range of all keys has no end. Compared with
/// `nft --debug=mnl` (1.0.6); Linux 6.1 to 6.18 take both elements with flags.
///
///     NFTA_LIST_ELEM (nested)
///       NFTA_SET_ELEM_FLAGS   0, or 1 for an end
///       NFTA_SET_ELEM_KEY (nested)
///         NFTA_DATA_VALUE
struct RangeEncoding {
    /// Bytes of one key.
    let boundLength: Int

    init(_ set: SetIdentity) { boundLength = set.boundLength }

    private var space: Int { (boundLength + 3) & ~3 }
    /// Bytes of one element in a message.
    private var elementLength: Int { 4 + 8 + 8 + space }
    /// Bytes of a range with an end.
    var stride: Int { 2 * elementLength }
    /// How many ranges one list may have.
    var rangesPerList: Int { (0xffff - 4) / stride }

    /// Ranges in messages: those with an end, cut to what a message holds, and one without.
    func parts(_ ranges: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var closed: [UInt8] = []
        var open: [UInt8] = []
        var rest = ranges
        while !rest.isEmpty {
            let range = rest.prefix(2 * boundLength)
            rest = rest.dropFirst(2 * boundLength)
            if successor(of: range.suffix(boundLength)) == nil { open += range } else { closed += range }
        }
        let length = rangesPerList * 2 * boundLength
        let cuts = Swift.stride(from: 0, to: closed.count, by: length)
        let parts = cuts.map { closed[$0..<min($0 + length, closed.count)] }
        return open.isEmpty ? parts : parts + [open[...]]
    }

    /// Appends the elements of ranges.
    func write(_ ranges: ArraySlice<UInt8>, to list: inout MessageBuilder) {
        var rest = ranges
        while !rest.isEmpty {
            write(key: rest.prefix(boundLength), isEnd: false, to: &list)
            let last = rest.dropFirst(boundLength).prefix(boundLength)
            if let end = successor(of: last) { write(key: end[...], isEnd: true, to: &list) }
            rest = rest.dropFirst(2 * boundLength)
        }
    }

    private func write(key: ArraySlice<UInt8>, isEnd: Bool, to list: inout MessageBuilder) {
        list.nest(Number.element) { element in
            element.attribute(Number.elementFlags, number: isEnd ? UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue) : 0)
            element.nest(Number.elementKey) { $0.attribute(Number.dataValue, bytes: Array(key)) }
        }
    }

    /// The key behind another; nil: there is none.
    private func successor(of key: ArraySlice<UInt8>) -> [UInt8]? {
        var result = Array(key)
        for index in result.indices.reversed() {
            result[index] &+= 1
            if result[index] != 0 { return result }
        }
        return nil
    }

    /// The key before another.
    private func predecessor(of key: [UInt8]) -> [UInt8] {
        var result = key
        for index in result.indices.reversed() {
            result[index] &-= 1
            if result[index] != 0xff { break }
        }
        return result
    }

    /// The ranges that elements of a dump make, whatever their order: first and last key of each.
    func ranges(_ bounds: [Bound]) -> [UInt8] {
        // An end stands before the beginning of the next range that has the same key.
        let sorted = bounds.sorted { left, right in
            left.key == right.key ? left.isEnd && !right.isEnd : left.key.lexicographicallyPrecedes(right.key)
        }
        var result: [UInt8] = []
        var first: [UInt8]?
        for bound in sorted {
            if bound.isEnd {
                if let first { result += first + predecessor(of: bound.key) }
                first = nil
            } else if first == nil {
                first = bound.key
            }
        }
        if let first { result += first + Array(repeating: 0xff, count: boundLength) }
        return result
    }

    /// One element of a dump.
    struct Bound {
        var key: [UInt8]
        var isEnd: Bool
    }
}

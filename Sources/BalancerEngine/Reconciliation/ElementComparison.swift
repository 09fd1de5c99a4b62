// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// What one set of the kernel lacks, and what it has too much, measured against what it should hold.
struct ElementComparison: Equatable {
    /// Keys that should not be there.
    var surplus: ElementList
    /// Elements that are not there.
    var missing: ElementList
    /// Elements whose keys are there with other data.
    var changed: ElementList

    var isEmpty: Bool { surplus.isEmpty && missing.isEmpty && changed.isEmpty }

    /// Compares two lists of the same set by key, in any order.
    ///
    /// Both are walked once in the order of their keys' bytes: O(n log n) in time, four bytes an element in memory, which
    /// for 600,000 elements is a quarter of a second, where a dictionary of keys would take twenty times the memory.
    init(installed: ElementList, wanted: ElementList) {
        surplus = ElementList(wanted.form.keys)
        missing = ElementList(wanted.form)
        changed = missing
        let left = installed.orderedIndices
        let right = wanted.orderedIndices
        var i = 0
        var j = 0
        while i < left.count || j < right.count {
            let order =
                i == left.count
                ? 1 : j == right.count ? -1 : installed.compareKey(at: left[i], with: wanted, at: right[j])
            if order < 0 {
                surplus.appendKey(of: installed, at: left[i])
                i += 1
            } else if order > 0 {
                missing.append(from: wanted, at: right[j])
                j += 1
            } else {
                if !installed.hasSameData(at: left[i], as: wanted, at: right[j]) {
                    changed.append(from: wanted, at: right[j])
                }
                i += 1
                j += 1
            }
        }
    }
}

extension ElementList {
    /// Indices of the elements in the order of their keys' bytes.
    var orderedIndices: [Int32] {
        var indices = (0..<Int32(count)).map { $0 }
        unsafe bytes.withUnsafeBytes { buffer in
            let stride = self.stride
            let length = keyLength
            indices.sort { left, right in
                for offset in 0..<length {
                    let a = unsafe buffer[Int(left) * stride + offset]
                    let b = unsafe buffer[Int(right) * stride + offset]
                    if a != b { return a < b }
                }
                return false
            }
        }
        return indices
    }

    /// Negative, zero or positive, as the key here comes before, is, or comes after the other.
    func compareKey(at index: Int32, with other: ElementList, at otherIndex: Int32) -> Int {
        let mine = Int(index) * stride
        let theirs = Int(otherIndex) * other.stride
        for offset in 0..<keyLength {
            let a = bytes[mine + offset]
            let b = other.bytes[theirs + offset]
            if a != b { return a < b ? -1 : 1 }
        }
        return 0
    }

    /// Whether the data are the same.
    func hasSameData(at index: Int32, as other: ElementList, at otherIndex: Int32) -> Bool {
        guard dataLength == other.dataLength else { return false }
        let mine = Int(index) * stride + keyLength
        let theirs = Int(otherIndex) * other.stride + keyLength
        for offset in 0..<dataLength where bytes[mine + offset] != other.bytes[theirs + offset] { return false }
        return true
    }

    /// Appends the key of another list's element; this list has no data.
    mutating func appendKey(of other: ElementList, at index: Int32) {
        let start = Int(index) * other.stride
        append(key: other.bytes[start..<start + other.keyLength], data: [])
    }

    /// Appends another list's element.
    mutating func append(from other: ElementList, at index: Int32) {
        let start = Int(index) * other.stride
        append(
            key: other.bytes[start..<start + other.keyLength],
            data: other.bytes[start + other.keyLength..<start + other.stride])
    }
}

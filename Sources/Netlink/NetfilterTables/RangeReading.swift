// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

extension NetfilterTables {
    /// Reads ranges by their first and last keys from a set of intervals whose key is one field. The kernel cannot be asked
    /// for a range there, only what covers a key: the whole set is read.
    func ranges(of set: SetIdentity, keys: [UInt8]) throws(NetlinkError) -> ElementPart {
        var attempt = 0
        while true {
            attempt += 1
            do {
                var found: Set<ArraySlice<UInt8>> = []
                let dump = try ElementDump(set, on: self)
                while let part = try dump.next() {
                    for start in stride(from: 0, to: part.bytes.count, by: set.keyLength) {
                        found.insert(part.bytes[start..<start + set.keyLength])
                    }
                }
                var bytes: [UInt8] = []
                for start in stride(from: 0, to: keys.count, by: set.keyLength) {
                    let key = keys[start..<start + set.keyLength]
                    if found.contains(key) { bytes += key }
                }
                return ElementPart(keys: bytes)
            } catch  where error.errno == EINTR && attempt < Self.dumpAttempts {
                continue
            }
        }
    }
}

extension RawSpan {
    /// The first keys and ends that a message of a dump lists.
    func bounds(_ message: ReceivedMessage, _ set: SetIdentity) -> [RangeEncoding.Bound] {
        guard let list = attribute(Number.elementListElements, in: message.attributes) else { return [] }
        var result: [RangeEncoding.Bound] = []
        var offset = list.lowerBound
        while let element = attribute(at: &offset, end: list.upperBound) {
            guard let key = attribute(Number.elementKey, in: element.value),
                let value = attribute(Number.dataValue, in: key), value.count == set.boundLength
            else { continue }
            let flags = attribute(Number.elementFlags, in: element.value).flatMap { bigEndian($0) } ?? 0
            result.append(RangeEncoding.Bound(key: copy(value), isEnd: flags & 1 != 0))
        }
        return result
    }
}

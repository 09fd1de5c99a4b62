// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

extension NetfilterTables {
    /// Keys in one request: replies are a datagram each, and must fit the receive buffer together.
    private static let keysPerRequest = 256

    /// Reads elements by key. What the set does not hold is left out; the rest keeps the order of `keys`.
    ///
    /// One request with many keys and no NLM_F_DUMP costs 2-3 us an element at any size of the set; a dump is quadratic.
    ///
    /// - Parameter keys: keys without gaps.
    /// - Returns: key and value, again and again.
    public func elements(of set: SetIdentity, keys: [UInt8]) throws(NetlinkError) -> [UInt8] {
        precondition(set.keyLength > 0 && keys.count % set.keyLength == 0, "keys of another size")
        var result: [UInt8] = []
        result.reserveCapacity(keys.count / set.keyLength * (set.keyLength + set.dataLength))
        var atOnce = Self.keysPerRequest
        var next = 0
        while next < keys.count {
            let end = min(next + atOnce * set.keyLength, keys.count)
            let before = result.count
            do {
                try lookup(set, keys: keys[next..<end], into: &result)
                next = end
            } catch  where error.errno == ENOENT {
                // The kernel stops at the first key that is missing; the elements before it were sent.
                let found = (result.count - before) / (set.keyLength + set.dataLength)
                if found == 0, try !isAboutElement(error, of: set) { throw error }
                next += (found + 1) * set.keyLength
            } catch  where error.errno == ENOBUFS && atOnce > 1 {
                result.removeLast(result.count - before)
                atOnce /= 4
            }
        }
        return result
    }

    private func lookup(_ set: SetIdentity, keys: ArraySlice<UInt8>, into result: inout [UInt8]) throws(NetlinkError) {
        let encoding = ElementEncoding(keyLength: set.keyLength, dataLength: 0)
        var request = Request(
            NFT_MSG_GETSETELEM, family: set.family, operation: "read elements of \(set.table) \(set.name)")
        request.attributes = { message in
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
            message.nest(Number.elementListElements) { list in
                let count = keys.count / set.keyLength
                unsafe list.fill(count * encoding.stride) { target in
                    unsafe keys.withUnsafeBytes { source in
                        unsafe encoding.write(source, sourceStride: set.keyLength, count: count, to: target)
                    }
                }
            }
        }
        try exchange(request) { bytes, message throws(NetlinkError) in
            try Self.readElements(bytes, message, set, into: &result)
        }
    }

    /// Whether ENOENT is about an element, or about the set itself. The kernel names the attribute; if it does not, ask it.
    private func isAboutElement(_ error: NetlinkError, of set: SetIdentity) throws(NetlinkError) -> Bool {
        guard let offset = error.offset else { return try exists(set) }
        // Header, nfgenmsg, two names, and the header of the list.
        let names = [set.table, set.name].reduce(0) { $0 + (4 + $1.utf8.count + 1 + 3) & ~3 }
        return offset >= 20 + names + 4
    }

    private func exists(_ set: SetIdentity) throws(NetlinkError) -> Bool {
        var request = Request(NFT_MSG_GETSET, family: set.family, operation: "find \(set.table) \(set.name)")
        request.attributes = { message in
            message.attribute(UInt16(NFTA_SET_TABLE.rawValue), string: set.table)
            message.attribute(UInt16(NFTA_SET_NAME.rawValue), string: set.name)
        }
        do {
            try exchange(request) { _, _ in }
            return true
        } catch  where error.errno == ENOENT {
            return false
        }
    }

    /// Appends the elements of one NEWSETELEM message: key and value each. Ends of intervals are left out.
    static func readElements(
        _ bytes: RawSpan, _ message: ReceivedMessage, _ set: SetIdentity, into result: inout [UInt8]
    ) throws(NetlinkError) {
        guard let list = bytes.attribute(Number.elementListElements, in: message.attributes) else { return }
        var offset = list.lowerBound
        while let element = bytes.attribute(at: &offset, end: list.upperBound) {
            if let flags = bytes.attribute(Number.elementFlags, in: element.value).flatMap({ bytes.bigEndian($0) }),
                flags & UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue) != 0
            {
                continue
            }
            try append(bytes, element.value, Number.elementKey, set.keyLength, set, to: &result)
            if set.dataLength > 0 {
                try append(bytes, element.value, Number.elementData, set.dataLength, set, to: &result)
            }
        }
    }

    private static func append(
        _ bytes: RawSpan, _ element: Range<Int>, _ type: UInt16, _ length: Int, _ set: SetIdentity,
        to result: inout [UInt8]
    ) throws(NetlinkError) {
        guard let holder = bytes.attribute(type, in: element),
            let value = bytes.attribute(Number.dataValue, in: holder), value.count == length
        else {
            throw NetlinkError(
                errno: EINVAL, message: "an element of \(set.name) is not of the declared size",
                operation: "read elements of \(set.table) \(set.name)")
        }
        bytes.append(value, to: &result)
    }

    /// Reads a verdict map: which key leads to which chain. Other verdicts (accept, drop) have no chain and are left out.
    public func verdicts(of set: SetIdentity) throws(NetlinkError) -> [[UInt8]: String] {
        var attempt = 0
        while true {
            attempt += 1
            var result: [[UInt8]: String] = [:]
            do {
                try exchange(Self.dumpRequest(set)) { bytes, message in
                    guard let list = bytes.attribute(Number.elementListElements, in: message.attributes) else { return }
                    var offset = list.lowerBound
                    while let element = bytes.attribute(at: &offset, end: list.upperBound) {
                        guard let key = bytes.attribute(Number.elementKey, in: element.value),
                            let value = bytes.attribute(Number.dataValue, in: key),
                            let data = bytes.attribute(Number.elementData, in: element.value),
                            let verdict = bytes.attribute(Number.dataVerdict, in: data),
                            let chain = bytes.attribute(Number.verdictChain, in: verdict)
                        else { continue }
                        result[bytes.copy(value)] = String(
                            decoding: bytes.copy(chain).prefix { $0 != 0 }, as: UTF8.self)
                    }
                }
                return result
            } catch  where error.errno == EINTR && attempt < Self.dumpAttempts {
                continue
            }
        }
    }

    static func dumpRequest(_ set: SetIdentity) -> Request {
        var request = Request(
            NFT_MSG_GETSETELEM, family: set.family, operation: "dump \(set.table) \(set.name)")
        request.isDump = true
        request.attributes = { message in
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
        }
        return request
    }
}

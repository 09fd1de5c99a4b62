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
    /// In a set of intervals the kernel looks for the first key alone and answers with whatever interval covers it (Linux
    /// 6.1 to 6.18); here an interval is found only when both ends are the ones asked for.
    ///
    /// - Parameter keys: keys without gaps.
    public func elements(
        of set: SetIdentity, keys: [UInt8], detail: ElementDetail = .none
    ) throws(NetlinkError) -> ElementPart {
        precondition(set.keyLength > 0 && keys.count % set.keyLength == 0, "keys of another size")
        if set.hasEnds { return try ranges(of: set, keys: keys) }
        var result = ElementPart()
        result.reserveCapacity(keys.count / set.keyLength, set, detail)
        var atOnce = Self.keysPerRequest
        var next = 0
        while next < keys.count {
            let end = min(next + atOnce * set.keyLength, keys.count)
            let before = result.position
            // The kernel answers each key in turn, in a message of its own.
            var answered = 0
            do {
                try lookup(set, keys: keys[next..<end], detail, answered: &answered, into: &result)
                next = end
            } catch  where error.errno == ENOENT {
                // It stops at the first key that is missing; the elements before it were sent.
                if answered == 0, try !isAboutElement(error, of: set) { throw error }
                next += (answered + 1) * set.keyLength
            } catch  where error.errno == ENOBUFS && atOnce > 1 {
                result.cut(to: before)
                atOnce /= 4
            }
        }
        return result
    }

    private func lookup(
        _ set: SetIdentity, keys: ArraySlice<UInt8>, _ detail: ElementDetail, answered: inout Int,
        into result: inout ElementPart
    ) throws(NetlinkError) {
        let encoding = ElementEncoding(set, withData: false)
        var request = NetlinkRequest(
            NFT_MSG_GETSETELEM, family: set.family, operation: "read elements of \(set.table) \(set.name)")
        request.attributes = { message in
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
            message.nest(Number.elementListElements) { list in
                let count = keys.count / set.keyLength
                unsafe list.fill(count * encoding.stride) { target in
                    unsafe keys.withUnsafeBytes { source in
                        unsafe encoding.write(source, count: count, to: target)
                    }
                }
            }
        }
        try conversation.exchange(request) { bytes, message throws(NetlinkError) in
            let before = result.position
            try result.append(bytes, message, set, detail)
            let asked = keys.dropFirst(answered * set.keyLength).prefix(set.keyLength)
            answered += 1
            if set.isInterval, result.bytes.dropFirst(before.bytes).prefix(set.keyLength) != asked {
                result.cut(to: before)
            }
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
        var request = NetlinkRequest(NFT_MSG_GETSET, family: set.family, operation: "find \(set.table) \(set.name)")
        request.attributes = { message in
            message.attribute(UInt16(NFTA_SET_TABLE.rawValue), string: set.table)
            message.attribute(UInt16(NFTA_SET_NAME.rawValue), string: set.name)
        }
        do {
            try conversation.exchange(request) { _, _ in }
            return true
        } catch  where error.errno == ENOENT {
            return false
        }
    }

    static func dumpRequest(_ set: SetIdentity) -> NetlinkRequest {
        var request = NetlinkRequest(
            NFT_MSG_GETSETELEM, family: set.family, operation: "dump \(set.table) \(set.name)")
        request.isDump = true
        request.attributes = { message in
            message.attribute(Number.elementListTable, string: set.table)
            message.attribute(Number.elementListSet, string: set.name)
        }
        return request
    }
}

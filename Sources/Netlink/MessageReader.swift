// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl

/// One message of a received datagram: its header, and where its payload lies in the datagram.
struct ReceivedMessage {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    var payload: Range<Int>
}

/// One attribute: its type without the flag bits, and where its value lies in the datagram.
struct ReceivedAttribute {
    var type: UInt16
    var value: Range<Int>
}

/// Reading received bytes. Everything is checked against the bounds: a message that lies about its length ends the walk.
extension RawSpan {
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        // Checked by the span itself: an offset outside traps.
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    /// A big-endian 32-bit value, or nil when the attribute has another size.
    func bigEndian(_ range: Range<Int>) -> UInt32? {
        range.count == 4 ? UInt32(bigEndian: number(UInt32.self, at: range.lowerBound)) : nil
    }

    /// A big-endian 64-bit value, or nil when the attribute has another size.
    func bigEndian64(_ range: Range<Int>) -> UInt64? {
        range.count == 8 ? UInt64(bigEndian: number(UInt64.self, at: range.lowerBound)) : nil
    }

    /// Whether a string attribute, with or without its NUL, is this ASCII text.
    func isString(_ range: Range<Int>, _ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard range.count >= length else { return false }
        for index in 0..<range.count {
            let expected = unsafe index < length ? text.utf8Start[index] : 0
            if number(UInt8.self, at: range.lowerBound + index) != expected { return false }
        }
        return true
    }

    /// The message at `offset`, which then stands behind it; nil at the end.
    func message(at offset: inout Int, end: Int) -> ReceivedMessage? {
        guard end - offset >= 16 else { return nil }
        let length = Int(number(UInt32.self, at: offset))
        guard length >= 16, length <= end - offset else { return nil }
        defer { offset += min((length + 3) & ~3, end - offset) }
        return ReceivedMessage(
            type: number(UInt16.self, at: offset + 4),
            flags: number(UInt16.self, at: offset + 6),
            sequence: number(UInt32.self, at: offset + 8),
            payload: (offset + 16)..<(offset + length))
    }

    /// The attribute at `offset`, which then stands behind it; nil at the end.
    func attribute(at offset: inout Int, end: Int) -> ReceivedAttribute? {
        guard end - offset >= 4 else { return nil }
        let length = Int(number(UInt16.self, at: offset))
        guard length >= 4, length <= end - offset else { return nil }
        defer { offset += min((length + 3) & ~3, end - offset) }
        return ReceivedAttribute(
            type: number(UInt16.self, at: offset + 2) & 0x3fff, value: (offset + 4)..<(offset + length))
    }

    /// The first attribute of a type in a range of attributes.
    func attribute(_ type: UInt16, in range: Range<Int>) -> Range<Int>? {
        var offset = range.lowerBound
        while let attribute = attribute(at: &offset, end: range.upperBound) {
            if attribute.type == type { return attribute.value }
        }
        return nil
    }

    /// A copy of some bytes.
    func copy(_ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        append(range, to: &result)
        return result
    }

    /// Appends some of these bytes to an array.
    func append(_ range: Range<Int>, to result: inout [UInt8]) {
        unsafe extracting(range).withUnsafeBytes { unsafe result.append(contentsOf: $0) }
    }

    /// The error an NLMSG_ERROR message carries, nil for an acknowledgement.
    func error(in message: ReceivedMessage, operation: String) -> NetlinkError? {
        guard message.payload.count >= 4 else {
            return NetlinkError(errno: 71, sequence: message.sequence, operation: operation)  // EPROTO
        }
        let code = number(Int32.self, at: message.payload.lowerBound)
        guard code < 0 else { return nil }
        // The least number has no positive one.
        var error = NetlinkError(
            errno: Int32(clamping: code.magnitude), sequence: message.sequence, operation: operation)
        guard message.flags & UInt16(NLM_F_ACK_TLVS) != 0, message.payload.count >= 20 else { return error }
        // `struct nlmsgerr` is the number and the header of the request; then, unless capped, the rest of the request.
        var offset = message.payload.lowerBound + 20
        if message.flags & UInt16(NLM_F_CAPPED) == 0 {
            offset += (Int(number(UInt32.self, at: message.payload.lowerBound + 4)) - 16 + 3) & ~3
        }
        while let attribute = attribute(at: &offset, end: message.payload.upperBound) {
            switch UInt32(attribute.type) {
            case NLMSGERR_ATTR_MSG.rawValue:
                error.message = String(decoding: copy(attribute.value).prefix { $0 != 0 }, as: UTF8.self)
            case NLMSGERR_ATTR_OFFS.rawValue where attribute.value.count == 4:
                error.offset = Int(number(UInt32.self, at: attribute.value.lowerBound))
            default: break
            }
        }
        return error
    }
}

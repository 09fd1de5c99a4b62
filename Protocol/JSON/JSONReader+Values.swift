// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension JSONReader {
    /// Reads the value that starts at `position`, where no white space is.
    mutating func readValue(_ input: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
        if remainingValues == 0 {
            throw JSONError(offset: position, reason: .tooManyValues(limit: options.maximumValues))
        }
        remainingValues -= 1
        guard position < input.count else { throw end(input) }
        switch input[position] {
        case UInt8(ascii: "\""):
            return .string(try readString(input))
        case UInt8(ascii: "{"):
            return .object(try readObject(input))
        case UInt8(ascii: "["):
            return .array(try readArray(input))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try readNumber(input))
        case UInt8(ascii: "t"):
            try readWord("true", input)
            return .bool(true)
        case UInt8(ascii: "f"):
            try readWord("false", input)
            return .bool(false)
        case UInt8(ascii: "n"):
            try readWord("null", input)
            return .null
        case UInt8(ascii: "+"), UInt8(ascii: "."):
            throw JSONError(offset: position, reason: .invalidNumber)
        case let byte:
            throw JSONError(offset: position, reason: .unexpectedByte(byte))
        }
    }

    private mutating func readObject(_ input: borrowing Span<UInt8>) throws(JSONError) -> JSONObject {
        try enter()
        var object = JSONObject()
        skipSpace(input)
        if try take(UInt8(ascii: "}"), input) {
            remainingDepth += 1
            return object
        }
        object.members.reserveCapacity(Int(memberCounts[remainingDepth]))
        while true {
            guard try peek(input) == UInt8(ascii: "\"") else { throw unexpected(input) }
            let start = position
            let key = try readKey(input)
            skipSpace(input)
            guard try take(UInt8(ascii: ":"), input) else { throw unexpected(input) }
            skipSpace(input)
            if let known = object.position(of: key) {
                guard case .lastWins = options.duplicateKeys else {
                    throw JSONError(offset: start, reason: .duplicateKey(key))
                }
                object.members[known].value = try readValue(input)
            } else {
                object.appendNew(key, try readValue(input))
            }
            skipSpace(input)
            if try take(UInt8(ascii: ","), input) {
                skipSpace(input)
            } else if try take(UInt8(ascii: "}"), input) {
                memberCounts[remainingDepth] = UInt8(min(object.count, Self.mostRoom))
                remainingDepth += 1
                return object
            } else {
                throw unexpected(input)
            }
        }
    }

    private mutating func readArray(_ input: borrowing Span<UInt8>) throws(JSONError) -> [JSONValue] {
        try enter()
        var array: [JSONValue] = []
        skipSpace(input)
        if try take(UInt8(ascii: "]"), input) {
            remainingDepth += 1
            return array
        }
        while true {
            array.append(try readValue(input))
            skipSpace(input)
            if try take(UInt8(ascii: ","), input) {
                skipSpace(input)
            } else if try take(UInt8(ascii: "]"), input) {
                remainingDepth += 1
                return array
            } else {
                throw unexpected(input)
            }
        }
    }

    private mutating func readWord(_ word: String, _ input: borrowing Span<UInt8>) throws(JSONError) {
        for byte in word.utf8 {
            guard try peek(input) == byte else { throw unexpected(input) }
            position += 1
        }
    }

    /// Steps over a bracket, if there may be one more.
    private mutating func enter() throws(JSONError) {
        if remainingDepth == 0 {
            throw JSONError(offset: position, reason: .tooDeep(limit: memberCounts.count))
        }
        remainingDepth -= 1
        position += 1
    }
}

extension JSONReader {
    @inline(__always)
    mutating func skipSpace(_ input: borrowing Span<UInt8>) {
        while position < input.count {
            let byte = input[position]
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            position += 1
        }
    }

    @inline(__always)
    func peek(_ input: borrowing Span<UInt8>) throws(JSONError) -> UInt8 {
        guard position < input.count else { throw end(input) }
        return input[position]
    }

    /// Steps over a byte if it is the next one.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ input: borrowing Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(input) == byte else { return false }
        position += 1
        return true
    }

    func end(_ input: borrowing Span<UInt8>) -> JSONError {
        JSONError(offset: input.count, reason: .unexpectedEnd)
    }

    func unexpected(_ input: borrowing Span<UInt8>) -> JSONError {
        JSONError(offset: position, reason: .unexpectedByte(input[position]))
    }
}

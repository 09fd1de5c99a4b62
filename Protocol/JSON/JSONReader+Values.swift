// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension JSONReader {
    /// What may come next.
    enum Expectation {
        case value
        /// Or the end of an array that has just begun.
        case firstElement
        case key
        /// Or the end of an object that has just begun.
        case firstKey
        case colon
        /// Or the end of what is open.
        case comma
        /// Nothing but white space.
        case end
    }

    /// An array or object around the one that is being read.
    struct Enclosing {
        var isObject: Bool
        var array: [JSONValue]
        var object: JSONObject
        var key: String
        var keyStart: Int
    }

    /// Reads on.
    ///
    /// - Parameter limit: no token begins at this place of the input or behind it.
    /// - Returns: the value of the whole text; nil when there is more of it.
    mutating func advance(_ input: borrowing Span<UInt8>, upTo limit: Int) throws(JSONError) -> JSONValue? {
        while true {
            skipSpace(input, upTo: limit)
            if position >= limit, limit < input.count { return nil }
            switch expectation {
            case .firstElement where try take(UInt8(ascii: "]"), input): try leave()
            case .value, .firstElement: try readValue(input)
            case .firstKey where try take(UInt8(ascii: "}"), input): try leave()
            case .key, .firstKey:
                guard try peek(input) == UInt8(ascii: "\"") else { throw unexpected(input) }
                keyStart = position
                key = try readKey(input)
                expectation = .colon
                // What follows most often, without another round.
                guard position < limit, input[position] == UInt8(ascii: ":") else { continue }
                try readColon(input)
                guard position < limit, input[position] > 0x20 else { continue }
                try readValue(input)
            case .colon: try readColon(input)
            case .comma:
                if try take(UInt8(ascii: ","), input) {
                    expectation = isObject ? .key : .value
                } else if try take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), input) {
                    if isObject { memberCounts[remainingDepth] = UInt8(min(object.count, Self.mostRoom)) }
                    try leave()
                } else {
                    throw unexpected(input)
                }
            case .end:
                if position < input.count { throw JSONError(offset: position, reason: .trailingBytes) }
                return result
            }
        }
    }

    @inline(__always)
    private mutating func readColon(_ input: borrowing Span<UInt8>) throws(JSONError) {
        guard try take(UInt8(ascii: ":"), input) else { throw unexpected(input) }
        if case .refused = options.duplicateKeys, object.position(of: key) != nil {
            throw JSONError(offset: keyStart, reason: .duplicateKey(key))
        }
        expectation = .value
    }

    /// Reads the value that starts at `position`, where no white space is: all of it, or the beginning of an array or object.
    @inline(__always)
    private mutating func readValue(_ input: borrowing Span<UInt8>) throws(JSONError) {
        if remainingValues == 0 {
            throw JSONError(offset: position, reason: .tooManyValues(limit: options.maximumValues))
        }
        remainingValues -= 1
        guard position < input.count else { throw end(input) }
        switch input[position] {
        case UInt8(ascii: "\""): try place(.string(try readString(input)))
        case UInt8(ascii: "{"): try enter(isObject: true)
        case UInt8(ascii: "["): try enter(isObject: false)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try place(.number(try readNumber(input)))
        case UInt8(ascii: "t"):
            try readWord("true", input)
            try place(.bool(true))
        case UInt8(ascii: "f"):
            try readWord("false", input)
            try place(.bool(false))
        case UInt8(ascii: "n"):
            try readWord("null", input)
            try place(.null)
        case UInt8(ascii: "+"), UInt8(ascii: "."):
            throw JSONError(offset: position, reason: .invalidNumber)
        case let byte:
            throw JSONError(offset: position, reason: .unexpectedByte(byte))
        }
    }

    /// Puts a value where it belongs: it is complete.
    @inline(__always)
    private mutating func place(_ value: JSONValue) throws(JSONError) {
        guard isOpen else {
            result = value
            expectation = .end
            return
        }
        expectation = .comma
        guard isObject else {
            guard array.count < options.maximumElements else {
                throw JSONError(offset: position, reason: .tooManyElements(limit: options.maximumElements))
            }
            return array.append(value)
        }
        if case .lastWins = options.duplicateKeys, let known = object.position(of: key) {
            object.members[known].value = value
        } else {
            guard object.count < options.maximumMembers else {
                throw JSONError(offset: keyStart, reason: .tooManyMembers(limit: options.maximumMembers))
            }
            object.appendNew(key, value)
        }
    }

    /// Steps over an opening bracket, if there may be one more.
    private mutating func enter(isObject opened: Bool) throws(JSONError) {
        if remainingDepth == 0 {
            throw JSONError(offset: position, reason: .tooDeep(limit: memberCounts.count))
        }
        remainingDepth -= 1
        position += 1
        if isOpen {
            enclosing.append(
                Enclosing(isObject: isObject, array: array, object: object, key: key, keyStart: keyStart))
        }
        isOpen = true
        isObject = opened
        array = []
        object = JSONObject()
        if opened { object.members.reserveCapacity(Int(memberCounts[remainingDepth])) }
        expectation = opened ? .firstKey : .firstElement
    }

    /// The array or object ends whose bracket has just been read.
    private mutating func leave() throws(JSONError) {
        remainingDepth += 1
        let value: JSONValue = isObject ? .object(object) : .array(array)
        if let around = enclosing.popLast() {
            isObject = around.isObject
            array = around.array
            object = around.object
            key = around.key
            keyStart = around.keyStart
        } else {
            isOpen = false
            array = []
            object = JSONObject()
        }
        try place(value)
    }

    /// What has been read of a text that will not be read to its end, in no order.
    consuming func abandon() -> JSONValue {
        .array(
            [.array(array), .object(object), result ?? .null]
                + enclosing.flatMap { [.array($0.array), .object($0.object)] })
    }

    private mutating func readWord(_ word: String, _ input: borrowing Span<UInt8>) throws(JSONError) {
        for byte in word.utf8 {
            guard try peek(input) == byte else { throw unexpected(input) }
            position += 1
        }
    }
}

extension JSONReader {
    @inline(__always)
    private mutating func skipSpace(_ input: borrowing Span<UInt8>, upTo limit: Int) {
        while position < limit {
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

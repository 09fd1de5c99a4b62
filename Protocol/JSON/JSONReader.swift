// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Reads JSON texts under limits that are checked while reading.
public enum JSONReader {
    /// What is accepted.
    public struct Options: Sendable {
        /// How deeply arrays and objects may be nested; a scalar has depth 0.
        public var maximumDepth: Int
        /// How long the text may be.
        public var maximumBytes: Int
        /// What to do with a key that stands twice in one object.
        public var duplicateKeys: DuplicateKeys

        /// By default 64 levels, any length, duplicates refused.
        public init(maximumDepth: Int = 64, maximumBytes: Int = .max, duplicateKeys: DuplicateKeys = .refused) {
            self.maximumDepth = maximumDepth
            self.maximumBytes = maximumBytes
            self.duplicateKeys = duplicateKeys
        }
    }

    /// What to do with a key that stands twice in one object (RFC 8259 section 4 leaves it open).
    public enum DuplicateKeys: Sendable {
        /// An error at the second one.
        case refused
        /// The first one's place, the last one's value.
        case lastWins
    }
}

extension JSONValue {
    /// Reads one value that fills the whole text.
    public init(parsing bytes: [UInt8], options: JSONReader.Options = .init()) throws(JSONError) {
        var cursor = JSONCursor(bytes: bytes[...], options: options)
        self = try cursor.document()
    }

    /// Reads one value that fills the whole slice; offsets in errors count from its beginning.
    public init(parsing bytes: ArraySlice<UInt8>, options: JSONReader.Options = .init()) throws(JSONError) {
        var cursor = JSONCursor(bytes: bytes, options: options)
        self = try cursor.document()
    }
}

/// A place in a text, moving forward.
struct JSONCursor {
    let bytes: ArraySlice<UInt8>
    let options: JSONReader.Options
    var position: Int

    init(bytes: ArraySlice<UInt8>, options: JSONReader.Options) {
        self.bytes = bytes
        self.options = options
        position = bytes.startIndex
    }

    mutating func document() throws(JSONError) -> JSONValue {
        guard bytes.count <= options.maximumBytes else {
            throw JSONError(offset: options.maximumBytes, reason: .tooLong(limit: options.maximumBytes))
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { throw failure(.byteOrderMark) }
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.endIndex else { throw failure(.trailingBytes) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case let byte: throw failure(.unexpectedByte(byte))
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= options.maximumDepth else { throw failure(.tooDeep(limit: options.maximumDepth)) }
        position += 1
        skipSpace()
        var values: [JSONValue] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            values.append(try value(depth: depth))
            skipSpace()
            switch try peek() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return values
            case let byte: throw failure(.unexpectedByte(byte))
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= options.maximumDepth else { throw failure(.tooDeep(limit: options.maximumDepth)) }
        position += 1
        skipSpace()
        var members = JSONObject()
        var known = KnownKeys()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte(bytes[position])) }
            let start = position
            let key = try string()
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw failure(.unexpectedByte(bytes[position])) }
            position += 1
            let earlier = known.place(of: key, in: members)
            if earlier != nil, options.duplicateKeys == .refused {
                throw JSONError(offset: start - bytes.startIndex, reason: .duplicateKey(key))
            }
            let value = try value(depth: depth)
            if let earlier {
                members.replace(at: earlier, with: value)
            } else {
                members.append(key, value)
                known.added(key, members)
            }
            skipSpace()
            switch try peek() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return members
            case let byte: throw failure(.unexpectedByte(byte))
            }
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in text.utf8 {
            guard try peek() == byte else { throw failure(.unexpectedByte(bytes[position])) }
            position += 1
        }
        return value
    }

    /// The byte here.
    func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.endIndex else { throw failure(.unexpectedEnd) }
        return bytes[position]
    }

    func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(offset: position - bytes.startIndex, reason: reason)
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }
}

/// Finds keys that stand twice: by looking for a few, by hash for many, so that 100,000 keys do not take a minute.
private struct KnownKeys {
    private var places: [String: Int] = [:]
    private static let few = 16

    func place(of key: String, in members: JSONObject) -> Int? {
        members.count <= Self.few ? members.index(of: key) : places[key]
    }

    mutating func added(_ key: String, _ members: JSONObject) {
        if members.count == Self.few + 1 {
            for (index, member) in members.keys.enumerated() { places[member] = index }
        } else if members.count > Self.few {
            places[key] = members.count - 1
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Reads one JSON text (RFC 8259) from bytes: strict, bounded, in one pass, which may be interrupted between two tokens.
///
/// Every limit is checked before what it limits is allocated. The grammar is taken literally: no comments, no trailing
/// commas, no byte order mark, nothing after the value; only UTF-8.
public struct JSONReader: Sendable {
    /// What becomes of a key that an object has already.
    public enum DuplicateKeys: Sendable {
        /// An error: two programs could understand two different things (RFC 8259 section 4).
        case refused
        /// The last value counts, at the place of the first.
        case lastWins
    }

    /// How strict and how much.
    public struct Options: Sendable {
        /// The largest depth that can be asked for: values are read and released recursively.
        public static let deepest = 512

        /// Arrays and objects in each other; `[[]]` is 2. At most ``deepest``.
        public var maximumDepth = 64
        /// The length of the text.
        public var maximumBytes = Int.max
        /// Values of all kinds, each member and element one: a bound for memory, which can reach 40 bytes for each byte
        /// of a text like `[[0],[0],…`.
        public var maximumValues = Int.max
        /// Elements of one array: it grows by moving all of them.
        public var maximumElements = Int.max
        /// Bytes of one string between its quotes, as it is written.
        public var maximumStringBytes = Int.max
        /// Members of one object: the table of their positions grows by placing all of them anew.
        public var maximumMembers = Int.max
        /// What becomes of a key that comes twice.
        public var duplicateKeys = DuplicateKeys.refused

        /// The defaults: depth 64, keys once.
        public init() {}

        /// The defaults with some of them changed.
        public init(
            maximumDepth: Int = 64, maximumBytes: Int = .max, maximumValues: Int = .max,
            maximumStringBytes: Int = .max, maximumElements: Int = .max, maximumMembers: Int = .max,
            duplicateKeys: DuplicateKeys = .refused
        ) {
            self.maximumDepth = maximumDepth
            self.maximumBytes = maximumBytes
            self.maximumValues = maximumValues
            self.maximumStringBytes = maximumStringBytes
            self.maximumElements = maximumElements
            self.maximumMembers = maximumMembers
            self.duplicateKeys = duplicateKeys
        }
    }

    let options: Options
    var position = 0
    var remainingDepth: Int
    var remainingValues: Int
    var keys = KeyCache()
    /// How many members the last object had, by depth: the objects of a list are alike, so the next one is given that
    /// much room at once instead of growing to the next power of two. Bounded, lest small objects take much room.
    var memberCounts: [UInt8]
    static let mostRoom = 32

    var expectation = Expectation.value
    /// Whether something is open: then this is what, and what has been read of it.
    var isOpen = false
    var isObject = false
    var array: [JSONValue] = []
    var object = JSONObject()
    /// The key whose value is being read, and where it stands.
    var key = ""
    var keyStart = 0
    /// What lies around it, the outermost first.
    var enclosing: [Enclosing] = []
    var result: JSONValue?

    /// A reader at the start of a text.
    init(options: Options) {
        self.options = options
        remainingDepth = max(0, min(options.maximumDepth, Options.deepest))
        memberCounts = Array(repeating: 0, count: remainingDepth)
        remainingValues = options.maximumValues
    }

    /// A reader at the start of this text; its length and its first bytes are looked at.
    init(of input: borrowing Span<UInt8>, options: Options) throws(JSONError) {
        self.init(options: options)
        if input.count > options.maximumBytes {
            throw JSONError(offset: options.maximumBytes, reason: .tooLong(limit: options.maximumBytes))
        }
        if input.count >= 3, input[0] == 0xef, input[1] == 0xbb, input[2] == 0xbf {
            throw JSONError(offset: 0, reason: .byteOrderMark)
        }
    }

    /// Reads a whole text.
    public static func read(_ input: borrowing Span<UInt8>, options: Options = Options()) throws(JSONError) -> JSONValue
    {
        var reader = try JSONReader(of: input, options: options)
        // Without a limit within the input it goes on to the end.
        return try reader.advance(input, upTo: input.count)!
    }
}

extension JSONValue {
    /// Reads a whole text.
    public init(parsing bytes: [UInt8], options: JSONReader.Options = JSONReader.Options()) throws(JSONError) {
        self = try JSONReader.read(bytes.span, options: options)
    }

    /// Reads a whole text; offsets of errors count from the start of the slice.
    public init(parsing bytes: ArraySlice<UInt8>, options: JSONReader.Options = JSONReader.Options()) throws(JSONError)
    {
        self = try JSONReader.read(bytes.span, options: options)
    }

    /// Reads a whole text from memory that outlives the call.
    @unsafe
    public init(
        parsing bytes: UnsafeRawBufferPointer, options: JSONReader.Options = JSONReader.Options()
    ) throws(JSONError) {
        self = try unsafe JSONReader.read(Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)), options: options)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What one scrape asks for: the query `collect[]=farm_traffic&exclude[]=backend_state&farm[]=web`.
struct ScrapeRequest: Sendable, Equatable {
    /// Only these collectors; nil: all that are switched on.
    var collect: Set<CollectorName>?
    /// Without these.
    var exclude: Set<CollectorName> = []
    /// Only these farms; nil: all.
    var farms: [String]?

    /// Everything.
    init() {}

    /// Why a query is refused.
    struct Mistake: Error {
        let reason: String
    }

    /// Reads a query, the part behind `?`.
    init(query: Substring) throws(Mistake) {
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count == 2 ? Self.decoded(sides[1]) : ""
            switch Self.decoded(sides[0]) {
            case "collect[]": collect = (collect ?? []).union([try Self.collector(value)])
            case "exclude[]": exclude.insert(try Self.collector(value))
            case "farm[]": farms = (farms ?? []) + [value]
            case let key: throw Mistake(reason: "unknown parameter '\(key)'; there are collect[], exclude[], farm[]")
            }
        }
        // Each farm once, or its series would come twice.
        var seen: Set<String> = []
        farms = farms?.filter { seen.insert($0).inserted }
    }

    private static func collector(_ name: String) throws(Mistake) -> CollectorName {
        guard let found = CollectorName(rawValue: name) else {
            let known = CollectorName.allCases.map(\.rawValue).joined(separator: ", ")
            throw Mistake(reason: "unknown collector '\(name)'; there are \(known)")
        }
        return found
    }

    /// Resolves percent escapes and `+`.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

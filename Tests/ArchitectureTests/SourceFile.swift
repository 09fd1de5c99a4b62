// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// A Swift file, read as far as the checks need it.
struct SourceFile {
    /// Relative to the repository.
    let path: String
    let lines: [Substring]

    /// The lines without comments and without the inside of multi-line strings.
    let code: [String]

    init(path: String) {
        self.init(path: path, text: Repository.text(path))
    }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var inString = false
        code = lines.map { line in
            // Most lines have neither; looking at bytes first keeps this fast without optimisation.
            let hasQuotes = line.utf8.contains(UInt8(ascii: "\""))
            defer { if hasQuotes, line.contains("\"\"\""), !line.hasQuotesClosed { inString.toggle() } }
            if inString { return "" }
            guard line.utf8.contains(UInt8(ascii: "/")) else { return String(line) }
            return line.withoutComment
        }
    }

    /// The module that the file belongs to: the folder under `Protocol`, `Sources`, `Clients` or `Tests`.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// `Protocol`, `Sources`, `Clients` or `Tests`.
    var area: String { String(path.prefix { $0 != "/" }) }

    struct Import: Equatable {
        var module: String
        var isExported: Bool
    }

    /// What the file imports, also behind attributes and access levels.
    var imports: [Import] {
        let pattern =
            #/
            \s* (?: @\w+ (?: \( [^)]* \) )? \s+ )*
            (?: (public|package|internal|fileprivate|private) \s+ )?
            import \s+ (?: (?: struct|class|enum|protocol|func|var|let|typealias|actor ) \s+ )?
            (\w+) .*
            /#
        return code.filter { $0.contains("import ") }.compactMap { line in
            guard let match = line.wholeMatch(of: pattern) else { return nil }
            let isExported = ["public", "package"].contains(match.1.map(String.init)) || line.contains("@_exported")
            return Import(module: String(match.2), isExported: isExported)
        }
    }
}

extension Substring {
    /// Whether the line opens as many multi-line strings as it closes.
    fileprivate var hasQuotesClosed: Bool { ranges(of: "\"\"\"").count.isMultiple(of: 2) }

    /// What stands before the first `//` that is not inside a string, such as a URL.
    fileprivate var withoutComment: String {
        var quotes = 0
        var previous: UInt8 = 0
        for (offset, byte) in utf8.enumerated() {
            if byte == UInt8(ascii: "\"") { quotes += 1 }
            if byte == UInt8(ascii: "/"), previous == byte, quotes.isMultiple(of: 2) {
                return String(decoding: utf8.prefix(offset - 1), as: UTF8.self)
            }
            previous = byte
        }
        return String(self)
    }
}

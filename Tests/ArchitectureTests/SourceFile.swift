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
            defer { if line.components(separatedBy: "\"\"\"").count.isMultiple(of: 2) { inString.toggle() } }
            if inString { return "" }
            // A `//` behind an odd number of quotes is inside a string, such as a URL.
            var searched = line[...]
            while let slashes = searched.range(of: "//") {
                let quotes = line[..<slashes.lowerBound].count { $0 == "\"" }
                if quotes.isMultiple(of: 2) { return String(line[..<slashes.lowerBound]) }
                searched = searched[slashes.upperBound...]
            }
            return String(line)
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
        code.compactMap { line in
            guard
                let match = line.wholeMatch(
                    of:
                        #/
                    \s* (?: @\w+ (?: \( [^)]* \) )? \s+ )*
                    (?: (public|package|internal|fileprivate|private) \s+ )?
                    import \s+ (?: (?: struct|class|enum|protocol|func|var|let|typealias|actor ) \s+ )?
                    (\w+) .*
                    /#)
            else { return nil }
            let isExported = ["public", "package"].contains(match.1.map(String.init)) || line.contains("@_exported")
            return Import(module: String(match.2), isExported: isExported)
        }
    }
}

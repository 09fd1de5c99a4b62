// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One entry of a header like `Accept: text/plain;version=0.0.4;q=0.5, */*;q=0.1` (RFC 9110, 12.4.2).
struct Preference: Equatable {
    var value: String
    var parameters: [String: String] = [:]
    /// From 0 (never) to 1000.
    var quality = 1000

    /// The entries of all header lines of one name; what cannot be read is left out.
    static func list(_ lines: [String]) -> [Preference] {
        lines.flatMap { $0.split(separator: ",") }.compactMap(Preference.init)
    }

    private init?(_ entry: Substring) {
        var parts = entry.split(separator: ";").map { Self.trimmed($0).lowercased() }[...]
        guard let value = parts.popFirst(), !value.isEmpty else { return nil }
        self.value = value
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1).map(Self.trimmed)
            guard sides.count == 2 else { continue }
            if sides[0] == "q" {
                guard let quality = Self.quality(sides[1]) else { return nil }
                self.quality = quality
            } else {
                parameters[sides[0]] = sides[1].filter { $0 != "\"" }
            }
        }
    }

    /// `1`, `0.25`: at most three digits behind the point.
    private static func quality(_ text: String) -> Int? {
        guard let value = Double(text), (0...1).contains(value) else { return nil }
        return Int((value * 1000).rounded())
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return String(rest)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What was taken for something else than it says: each sentence once, and not without end.
struct Warnings {
    private(set) var sentences: [String] = []
    private var seen: Set<String> = []
    /// More would help nobody.
    private static let most = 100

    mutating func append(_ sentence: String) {
        guard seen.count <= Self.most, seen.insert(sentence).inserted else { return }
        sentences.append(seen.count > Self.most ? "There are more warnings than these" : sentence)
    }
}

extension String {
    /// A value as sentences show it: not longer than people read, and without what moves a terminal's cursor.
    var shown: String {
        let scalars = unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "?" : Character($0) }
        return String(scalars) + (unicodeScalars.count > 64 ? "…" : "")
    }
}

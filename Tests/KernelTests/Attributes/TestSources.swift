// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// The sources of all tests.
enum TestSources {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Each suite and what its files say.
    private static let texts: [String] = {
        let folder = root.appending(path: "Tests")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix("Tests.swift") }.compactMap {
            try? String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
    }()

    /// Whether there is a test of this name, `Suite.function`.
    static func contains(_ test: String) -> Bool {
        let parts = test.split(separator: ".")
        guard parts.count == 2 else { return false }
        return texts.contains { text in
            (text.contains("struct \(parts[0]) {") || text.contains("extension \(parts[0]) {"))
                && text.contains("    func \(parts[1])(")
        }
    }
}

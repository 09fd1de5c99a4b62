// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import JSON
import Testing

/// A document of the C program's dialect, what it becomes, and the sentences said about it.
struct Fixture: CustomTestStringConvertible {
    let name: String
    let legacy: [UInt8]
    let native: JSONObject
    let warnings: [String]

    var testDescription: String { name }

    /// Whether it asks for what this version refuses.
    var isForLater: Bool { name.hasPrefix("later-") }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    init(_ name: String) throws {
        self.name = name
        legacy = try Fixture.bytes("\(name).legacy.json")
        native = try JSONValue(parsing: Fixture.bytes("\(name).native.json")).object ?? JSONObject()
        let text = try? Fixture.bytes("\(name).warnings.txt")
        warnings = String(decoding: text ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// Every fixture of the folder.
    static func all() throws -> [Fixture] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".legacy.json") }.sorted()
            .map { try Fixture(String($0.dropLast(".legacy.json".count))) }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

/// The table of what is deliberately another than in the C program: a row for each conversation in `Conversations/Deviations`,
/// which shows what is ours, or names the test that does. `RECORD=1 swift test --filter DeviationTests` writes it anew.
@Suite("Deviations")
struct DeviationTests {
    static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/nftlbd/Documentation.docc/Deviations.md").standardizedFileURL

    static let introduction = """
        # Deviations

        `nftlb-http` answers as the C program does, to the byte, but for what is in this table: where that program does harm, or
        HTTP says something else. Each row is a conversation in `Tests/nftlbHTTPTests/Conversations/Deviations`, which has what
        is ours, or names the test that shows it: `RECORD=1 swift test --skip-build --filter DeviationTests` writes the page
        anew.

        | request | theirs | ours | why | shown by |
        |---|---|---|---|---|

        """

    /// The titles of all tests here.
    static func titles() throws -> Set<String> {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        var titles: Set<String> = []
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /@Test\(\s*"([^"]+)"/) { titles.insert(String(match.1)) }
        }
        return titles
    }

    @Test("Every row has a request, theirs, ours and why, and something that shows it")
    func table() throws {
        let titles = try Self.titles()
        var text = Self.introduction
        for row in try Conversation.all(in: "Deviations") {
            var cells = try ["request", "theirs", "ours", "why"].map {
                try #require(row.notes[$0], "\(row.name) does not say \($0)")
            }
            if let test = row.notes["test"] {
                #expect(titles.contains(test), "\(row.name): there is no test \"\(test)\"")
                #expect(row.exchanges.isEmpty)
                cells.append(test)
            } else {
                #expect(!row.exchanges.isEmpty, "\(row.name) shows nothing")
                cells.append("`\(row.name)`")
            }
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(written == text, "RECORD=1 swift test --skip-build --filter DeviationTests writes it anew")
    }
}

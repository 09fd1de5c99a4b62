// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

/// Tests that show that a defect cannot come back say so in their name: `(defect 8.4.4)`, `(defects 8.4.2, 8.4.12)`.
@Suite("Defects of the C program")
struct DefectTests {
    static let page = "Sources/nftlbd/Documentation.docc/Defects.md"

    /// Number of the defect → tests that name it, `Suite.function`.
    static let shown: [String: [String]] = {
        var result: [String: [String]] = [:]
        for file in Repository.sources where file.path.hasPrefix("Tests/") && file.path.hasSuffix("Tests.swift") {
            let text = file.lines.joined(separator: "\n")
            var suite = "?"
            for match in text.matches(of: /(?:struct|extension) (\w+Tests) \{|\((?:defect|defects) ([0-9., ]+)\)"/) {
                if let name = match.1 { suite = String(name) }
                guard let numbers = match.2 else { continue }
                let rest = text[match.range.upperBound...]
                guard let function = rest.firstMatch(of: /func (\w+)\(/) else { continue }
                for number in numbers.split(separator: ", ") {
                    result[String(number), default: []].append("\(suite).\(function.1)")
                }
            }
        }
        return result
    }()

    @Test("Each has a test that names it, and none is named that is not in the list")
    func named() {
        for defect in Defects.all { #expect(Self.shown[defect.number] != nil, "\(defect.number) \(defect.what)") }
        let known = Set(Defects.all.map(\.number))
        for number in Self.shown.keys { #expect(known.contains(number), "\(number): add it to Defects.all") }
    }

    @Test("The page of the documentation says what is so")
    func current() throws {
        var text = """
            # Defects

            What went wrong in the C program, and the tests that show that it cannot happen here. Made from
            the names of the tests: `RECORD=1 swift test --filter DefectTests` writes it anew.

            | number | what happened | shown by |
            |---|---|---|

            """
        for defect in Defects.all {
            let tests = (Self.shown[defect.number] ?? []).map { "`\($0)`" }.joined(separator: ", ")
            text += "| \(defect.number) | \(defect.what) | \(tests) |\n"
        }
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try text.write(to: Repository.root.appending(path: Self.page), atomically: true, encoding: .utf8)
            return
        }
        #expect(Repository.text(Self.page) == text, "RECORD=1 swift test --filter DefectTests writes it anew")
    }
}

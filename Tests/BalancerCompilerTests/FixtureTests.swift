// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Foundation
import JSON
import Nftables
import PacketTracer
import Testing

/// One folder a story: `configuration.json`, what the operator said; `ruleset.nft`, what we say to the kernel;
/// `packets.txt`, where packets end up. `RECORD=1 swift test --filter FixtureTests` rewrites the last two, so that a change
/// of behaviour is a difference to be read.
@Suite("Stories")
struct FixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

    @Test("There are stories") func exist() { #expect(Self.stories.count >= 14) }

    @Test("The ruleset is the one written down, and packets go where it says", arguments: stories)
    func story(name: String) throws {
        let folder = Self.folder.appending(path: name)
        let bytes = try Data(contentsOf: folder.appending(path: "configuration.json"))
        let configuration = try Configuration(json: JSONValue(parsing: Array(bytes)))
        let story = try Story(configuration)
        try expect(story.world.ruleset.text(), in: folder.appending(path: "ruleset.nft"))
        let packets = folder.appending(path: "packets.txt")
        let questions = try String(contentsOf: packets, encoding: .utf8)
        let answers = try questions.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let arrow = line.range(of: " →"), !line.hasPrefix("#") else { return String(line) }
            return line[..<arrow.upperBound] + " " + (try story.answer(String(line[..<arrow.lowerBound])))
        }
        try expect(answers.joined(separator: "\n"), in: packets)
    }

    private func expect(_ text: String, in file: URL) throws {
        if Self.isRecording {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard text != expected else { return }
        let difference = text.split(separator: "\n").difference(from: expected.split(separator: "\n"))
        let lines = difference.map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        Issue.record("\(file.lastPathComponent) differs (RECORD=1 accepts it):\n\(lines.joined(separator: "\n"))")
    }
}

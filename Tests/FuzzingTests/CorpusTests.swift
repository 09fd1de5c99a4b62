// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Fuzzing
import Testing

/// Inputs that were right or wrong once, and some made of them, always the same. `make fuzz` looks for more, with the address
/// sanitizer; what it finds becomes a file here.
@Suite("Bytes of nobody")
struct CorpusTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    static func files(_ target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: target.rawValue), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test("Every file of the corpus holds the law", arguments: FuzzTarget.allCases)
    func corpus(_ target: FuzzTarget) throws {
        let files = try Self.files(target)
        #expect(files.count >= 3)
        for file in files {
            let input = Array(try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.check(input) }
        }
    }

    @Test("So do a thousand inputs that are made of them", arguments: FuzzTarget.allCases)
    func mutated(_ target: FuzzTarget) throws {
        let corpus = try Self.files(target).map { Array(try Data(contentsOf: $0)) }
        var mutator = Mutator(seed: 9, corpus: corpus, words: target.words)
        for number in 0..<1000 {
            let input = mutator.next()
            #expect(throws: Never.self, "input \(number): \(String(decoding: input, as: UTF8.self).debugDescription)") {
                try target.check(input)
            }
        }
    }
}

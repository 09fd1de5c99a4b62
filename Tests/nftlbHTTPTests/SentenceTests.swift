// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import LegacyDialect
import Testing

/// Each message and each sentence that the C program can answer is in some conversation.
@Suite("Sentences")
struct SentenceTests {
    /// The answers that conversations expect.
    static func answers() throws -> [String] {
        try ["Interface", "Scenarios", "Configurations", "Deviations"].flatMap { try Conversation.all(in: $0) }
            .flatMap(\.exchanges).flatMap(\.answer).filter { $0.hasPrefix(#"{"response": ""#) }
    }

    @Test("Every message", arguments: LegacyMessage.allCases)
    func message(message: LegacyMessage) throws {
        // Only a kernel or a daemon that fails says these: TruthTests.
        let failures: Set<LegacyMessage> = [
            .errorGenerating, .errorReadingElements, .errorDeletingPolicy, .errorDeletingAddress,
        ]
        if failures.contains(message) { return #expect(TruthTests.messages.contains(message.rawValue)) }
        let beginnings = ["\"", ". "].map { #"{"response": ""# + message.rawValue + $0 }
        #expect(try Self.answers().contains { answer in beginnings.contains { answer.hasPrefix($0) } })
    }

    /// The sentences as patterns: what stands in quotes is anything.
    static let sentences: [String] =
        [
            "Unknown key '.'", "Unknown parsed key with index '.'", "Key '.' cannot be empty",
            "Invalid value of key '.' must be >=1", "Invalid value of key '.' must be >=0",
            "Invalid value of key '.' must be >=-1", "Parsing unknown value '.', using default 'none'",
            "Parsing unknown value '.' in 'verdict'", "Parsing unknown value '.' in 'log-rtlimit'",
            "Parsing unknown value '.' in 'new-rtlimit'", "Unknown farm '.'", "Unknown backend '.' in farm '.'",
            "Unknown policy '.'", "Unknown farm policy '.' in farm '.'", "Unknown address '.'",
            "Unknown farm address '.' in farm '.'", "Unknown element '.' in policy '.'",
            "Farm '.' without session persistence", "Please select a valid farm", "Please select a valid policy",
            "Farm '.' doesn't validate helper protocol",
        ]
        + ["family", "mode", "protocol", "scheduler", "helper", "log", "state", "type", "route"].map {
            "Parsing unknown value '.' in '\($0)', using default '.'"
        }

    @Test("Every sentence", arguments: sentences)
    func sentence(sentence: String) throws {
        let pattern = try Regex(sentence.replacing("'.'", with: "'[^']*'"))
        #expect(try Self.answers().contains { $0.contains(pattern) })
    }
}

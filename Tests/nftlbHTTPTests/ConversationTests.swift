// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import InMemoryDaemon
import LegacyDialect
import Testing

@Suite("Conversations", .timeLimit(.minutes(10)))
struct ConversationTests {
    /// Has a conversation with an empty daemon; the complaints about it: an answer that is another, or one that is not what
    /// the description promises.
    static func hold(_ conversation: Conversation) async throws -> [String] {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        return try await onThread { () throws in
            try conversation.exchanges.flatMap { exchange in
                let client = try bench.client()
                try client.send(exchange.text)
                let answer = try client.answer(toHead: exchange.verb == "HEAD")
                return [exchange.complaint(answer)].compactMap { $0 }
                    + Described.complaints(exchange, answer).map { "line \(exchange.line): \($0)" }
            }
        }
    }

    static func check(_ conversation: Conversation) async throws {
        let complaints = try await hold(conversation)
        guard let pending = conversation.pending else {
            for complaint in complaints { Issue.record("\(conversation.name): \(complaint)") }
            return
        }
        // Counted as a known issue; once the daemon can do it, this fails and the line `pending:` goes.
        withKnownIssue("\(conversation.name) waits for \(pending)") {
            if !complaints.isEmpty {
                Issue.record("\(complaints.count) answers are others, the first: \(complaints[0])")
            }
        }
    }

    @Test("Each path and each sentence of the interface", arguments: try Conversation.all(in: "Interface"))
    func interface(conversation: Conversation) async throws { try await Self.check(conversation) }

    @Test("Scenarios: the objects after each step", arguments: try Conversation.all(in: "Scenarios"))
    func scenarios(conversation: Conversation) async throws { try await Self.check(conversation) }

    @Test("Deliberate deviations", arguments: try Conversation.all(in: "Deviations"))
    func deviations(conversation: Conversation) async throws { try await Self.check(conversation) }

    @Test("Whole configurations", arguments: try Conversation.all(in: "Configurations"))
    func configurations(conversation: Conversation) async throws { try await Self.check(conversation) }
}

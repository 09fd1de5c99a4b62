// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

/// A conversation in a file: requests with their bodies, and what is answered, to the byte.
///
///     # What it shows.
///     > POST /farms
///     {"farms": [{"name": "web"}]}
///     < 200
///     {"response": "success"}
///
/// Behind `<~` the lines need not be all of the body: each must be in it, one behind the other. Lines with `+ ` right behind
/// a request are header lines of it. In front stand notes, `pending: limits`: what this version lacks; such a conversation
/// must not hold yet.
struct Conversation: CustomTestStringConvertible, Sendable {
    struct Exchange: Sendable {
        var verb: String
        var path: String
        /// Header lines; where the key is among them, it is not the usual one.
        var headers: [String] = []
        var body: String?
        var status: Int
        var answer: [String]
        var isWhole: Bool
        /// The line of the request.
        var line: Int
    }

    let name: String
    var title = ""
    /// What is said in front, by the word before the colon.
    var notes: [String: String] = [:]
    var pending: String? { notes["pending"] }
    var exchanges: [Exchange] = []

    var testDescription: String { pending.map { "\(name) (pending: \($0))" } ?? name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Conversations")

    /// Every conversation of a folder.
    static func all(in folder: String) throws -> [Conversation] {
        let folder = Self.folder.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".txt") }.sorted()
            .map { try Conversation(folder.appending(path: $0)) }
    }

    init(_ file: URL) throws {
        name = String(file.lastPathComponent.dropLast(".txt".count))
        let text = try String(contentsOf: file, encoding: .utf8)
        var body: [Substring] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") {
                if exchanges.isEmpty { title += line.dropFirst().trimmingCharacters(in: .whitespaces) + " " }
            } else if line.hasPrefix("> ") {
                finish(&body)
                let words = line.dropFirst(2).split(separator: " ", maxSplits: 1).map(String.init)
                exchanges.append(
                    Exchange(
                        verb: words[0], path: words.count > 1 ? words[1] : "/", body: nil, status: 0, answer: [],
                        isWhole: true, line: number + 1))
            } else if line.hasPrefix("<") {
                let request = body.joined(separator: "\n").trimmingCharacters(in: .newlines)
                body = []
                guard let last = exchanges.indices.last else { continue }
                if !request.isEmpty { exchanges[last].body = request }
                exchanges[last].isWhole = !line.hasPrefix("<~")
                exchanges[last].status = Int(line.filter(\.isNumber)) ?? 0
            } else if exchanges.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                notes[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
            } else if line.hasPrefix("+ ") {
                exchanges[exchanges.count - 1].headers.append(String(line.dropFirst(2)))
            } else {
                body.append(line)
            }
        }
        finish(&body)
    }

    private mutating func finish(_ body: inout [Substring]) {
        guard let last = exchanges.indices.last else { return }
        while body.last?.isEmpty ?? false { body.removeLast() }
        exchanges[last].answer = body.map(String.init)
        body = []
    }
}

extension Conversation.Exchange {
    /// The text of the request. A body in chunks has a chunk for each of its lines.
    var text: String {
        var lines = ["\(verb) \(path) HTTP/1.1", "Host: localhost"] + headers
        let names = headers.map { String($0.prefix { $0 != ":" }).lowercased() }
        if !names.contains("key") { lines.append("Key: \(Bench.key)") }
        var body = body ?? ""
        if names.contains("transfer-encoding") {
            let chunks = body.split(separator: "\n").map { String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n" }
            body = chunks.joined() + "0\r\n\r\n"
        } else if self.body != nil, !names.contains("content-length") {
            lines.append("Content-Length: \(body.utf8.count)")
        }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// What is wrong with an answer; nil: nothing.
    func complaint(_ answer: RawAnswer) -> String? {
        guard answer.status == status else { return "line \(line): \(answer.status) \(answer.text)" }
        if isWhole {
            return answer.text == self.answer.joined(separator: "\n") ? nil : "line \(line): \(answer.text)"
        }
        var rest = answer.text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        for wanted in self.answer where !wanted.isEmpty {
            guard let index = rest.firstIndex(where: { $0 == wanted }) else {
                return "line \(line): \"\(wanted)\" is not in, or not there: \(answer.text)"
            }
            rest = rest[(index + 1)...]
        }
        return nil
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

@testable import nftlbd

/// `Packaging/systemd/nftlb.catalog`, as journald's compiler of catalogs reads it (systemd's journal-message(5) and catalog.c).
@Suite("Kinds of log lines")
struct CatalogTests {
    struct Entry {
        var header: [String: String] = [:]
        var text: [Substring] = []
    }

    static func entries() throws -> [String: Entry] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Packaging/systemd/nftlb.catalog")
        var entries: [String: Entry] = [:]
        var current: String?
        var isInHeader = false
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                let identifier = String(line.dropFirst(3))
                #expect(entries[identifier] == nil, "\(identifier) is there twice")
                entries[identifier] = Entry()
                current = identifier
                isInHeader = true
            } else if let identifier = current {
                if isInHeader, line.isEmpty {
                    isInHeader = false
                } else if isInHeader {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    entries[identifier]?.header[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
                } else {
                    entries[identifier]?.text.append(line)
                }
            }
        }
        return entries
    }

    @Test("Each has an identifier of its own and an entry, and no entry is about nothing")
    func complete() throws {
        let entries = try Self.entries()
        #expect(Set(entries.keys) == Set(LogKind.allCases.map(\.rawValue)))
        for kind in LogKind.allCases {
            #expect(kind.rawValue.wholeMatch(of: /[0-9a-f]{32}/) != nil)
            let entry = try #require(entries[kind.rawValue])
            #expect(entry.header["Subject"]?.isEmpty == false, "\(kind)")
            #expect(entry.header["Documentation"] == "man:nftlbd(8)", "\(kind)")
            #expect(entry.text.contains { !$0.isEmpty }, "\(kind)")
        }
        #expect(Set(entries.values.map { $0.header["Subject"] ?? "" }).count == entries.count)
    }

    @Test("An entry names only fields that its lines have")
    func fields() throws {
        let audit = ["PEER_UID", "PEER_GID", "PEER_PID", "SOCKET", "OP", "RESULT", "REVISION"].map { "@NFTLB_\($0)@" }
        for (identifier, entry) in try Self.entries() {
            let kind = try #require(LogKind(rawValue: identifier))
            let isAudit = [.changeAccepted, .changeRefused, .changeFailed].contains(kind)
            let named = entry.text.flatMap { $0.matches(of: /@[A-Z_]+@/).map { String($0.output) } }
            for field in named { #expect(isAudit && audit.contains(field), "\(kind): \(field)") }
        }
    }

    @Test("The page of levels names every level that a kind has")
    func levels() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/nftlbd/Documentation.docc/LogLevels.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for kind in LogKind.allCases { #expect(text.contains("| \(kind.priority) |"), "\(kind)") }
    }
}

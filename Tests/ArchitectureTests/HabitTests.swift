// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@Suite("Habits")
struct HabitTests {
    /// Words that code (not comments) may use only below these paths, and why.
    static let confined: [(word: String, paths: [String], reason: String)] = [
        ("@unchecked Sendable", [], "what crosses threads is a value"),
        (
            "nonisolated(unsafe)",
            ["Sources/Netlink/", "Sources/Store/", "Sources/EventLoop/", "Tests/"], "only faces over C may"
        ),
        (
            "nft_ctx", ["Sources/nftlb-nft/", "Tests/ArchitectureTests/"],
            "only the helper calls libnftables: it reads the whole ruleset and may exit the process"
        ),
        (
            "nft_run_cmd", ["Sources/nftlb-nft/", "Tests/ArchitectureTests/"],
            "only the helper calls libnftables"
        ),
        (
            "libnftables", ["Sources/nftlb-nft/", "Sources/NftablesKernel/", "Tests/"],
            "only the door to the kernel and its helper know who writes rules"
        ),
        ("DispatchQueue", ["Clients/", "Tests/"], "the daemon is one thread and one loop"),
        (
            "@MainActor", ["Clients/", "Tests/"],
            "a network namespace belongs to a thread, so the loop may not be main's"
        ),
    ]

    @Test("Some words have their place", arguments: confined.indices)
    func words(row: Int) {
        let (word, paths, reason) = Self.confined[row]
        for file in Repository.sources where !paths.contains(where: file.path.hasPrefix) {
            if file.path.hasPrefix("Tests/ArchitectureTests/") { continue }
            for (number, line) in file.code.enumerated() where line.contains(word) {
                Issue.record("\(file.path):\(number + 1) says \(word): \(reason)")
            }
        }
    }

    /// Files that are longer than 300 lines, and why they are better whole.
    static let longFiles: [String: String] = [:]

    @Test("Files are about one thing: at most 300 lines, or a reason")
    func length() {
        for file in Repository.sources where file.lines.count > 301 {
            #expect(Self.longFiles[file.path] != nil, "\(file.path) has \(file.lines.count - 1) lines")
        }
        for path in Self.longFiles.keys {
            #expect(Repository.files.contains(path), "\(path) is gone; take it off the list")
        }
    }

    @Test("The licence and the authors stand at the top of every source file")
    func licence() {
        let identifier = "SPDX-License-Identifier: GPL-2.0-or-later"
        let authors = "SPDX-FileCopyrightText: the nftlb in Swift authors"
        for path in Repository.files + ["Makefile", "Package.swift"] where Self.isSource(path) {
            let top = Repository.text(path).split(separator: "\n").prefix(5).joined(separator: "\n")
            #expect(top.contains(identifier) && top.contains(authors), "\(path)")
        }
    }

    private static func isSource(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let kinds = ["swift", "c", "h", "modulemap", "sh", "py", "awk", "service", "socket"]
        if path.contains("/Fixtures/") { return false }
        return name == "Makefile" || path == ".ci/run" || kinds.contains { name.hasSuffix("." + $0) }
    }
}

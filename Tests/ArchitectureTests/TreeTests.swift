// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

@Suite("Tree")
struct TreeTests {
    @Test("Nothing grows at the top that the tree does not name")
    func top() throws {
        let known: Set = [
            "Package.swift", "Makefile", "README.md", "LICENSE", ".swift-format", ".editorconfig", ".gitignore", ".ci",
            "Protocol", "Sources", "Clients", "Packaging", "Tests",
        ]
        // What git, SwiftPM and the packaging put there is in .gitignore.
        let grown: Set = [".git", ".swiftpm", "Package.resolved", "build", "dist"]
        for name in try FileManager.default.contentsOfDirectory(atPath: Repository.root.path) {
            #expect(known.contains(name) || grown.contains(name) || name.hasPrefix(".build"), "\(name)")
        }
    }

    @Test("libnftables is linked by the helper alone, through a C program and no module")
    func linking() {
        for path in Repository.files where path.hasSuffix(".modulemap") {
            #expect(!Repository.text(path).contains("\"nftables\""), "\(path)")
        }
        #expect(Repository.text("Package.swift").components(separatedBy: "linkedLibrary(\"nftables\")").count <= 2)
        for path in Repository.files(in: "Sources/nftlb-nft") {
            #expect(path.hasSuffix(".c") || path.hasSuffix(".h"), "the helper is C alone: \(path)")
        }
    }

    @Test("C modules are module maps and shims, nothing else", arguments: ["CMnl", "CSQLite", "CSystemd"])
    func faces(module: String) {
        for path in Repository.files(in: "Sources/\(module)") {
            #expect(["module.modulemap", "shim.h"].contains(path.split(separator: "/").last ?? ""), "\(path)")
        }
    }

    @Test("Every Swift file ends in a newline")
    func ends() {
        for file in Repository.sources {
            #expect(file.lines.last == "", "\(file.path) does not end in a newline")
        }
    }
}

extension Repository {
    static func files(in folder: String) -> [String] { files.filter { $0.hasPrefix(folder + "/") } }
}

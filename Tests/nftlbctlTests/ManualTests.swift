// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import Foundation
import Testing

/// The manual pages that are made from declarations, as a reader sees them.
@Suite("Manual pages", .timeLimit(.minutes(10)))
struct ManualTests {
    /// The page as mandoc(1) sets it, which finds no error in it.
    private func page(_ name: String) throws -> String {
        let source = try Program.run(["manual", name])
        #expect(source.status == 0 && source.errors.isEmpty)
        let file = FileManager.default.temporaryDirectory.appending(path: "nftlb-\(name)-\(getpid())")
        try Data(source.output.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let mandoc = Process()
        mandoc.executableURL = URL(filePath: "/usr/bin/mandoc")
        mandoc.arguments = ["-T", "ascii", "-W", "error", file.path]
        let output = Pipe()
        mandoc.standardOutput = output
        mandoc.standardError = output
        try mandoc.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        mandoc.waitUntilExit()
        #expect(mandoc.terminationStatus == 0, "\(name): \(text.prefix(500))")
        // Bold is a letter, a step back and the letter again.
        return text.replacing(#/.\x08/#, with: "")
    }

    @Test("nftlb.json(5) has every attribute")
    func configuration() throws {
        let text = try page("nftlb.json")
        for kind in ObjectKind.allCases {
            for attribute in kind.attributes {
                switch attribute.availability {
                case .readOnly, .order: continue
                case .identifier, .now, .alias, .later: #expect(text.contains("  \(attribute.key)"), "\(kind)")
                }
            }
        }
    }

    @Test("nftlb-rpc(7) has every method with its parameters, and every kind of error")
    func methods() throws {
        let text = try page("nftlb-rpc")
        for method in MethodCatalog.all {
            #expect(text.contains("   \(method.name)\n"))
            for parameter in method.parameterDescriptions { #expect(text.contains("  \(parameter.name)")) }
        }
        for kind in ErrorKind.allCases { #expect(text.contains("  \(kind.rawValue)")) }
    }

    @Test("nftlbctl(1) has every command and its options")
    func commands() throws {
        let text = try page("nftlbctl")
        for command in [
            "config apply", "farm set", "backend delete", "address list", "session delete", "status", "call",
        ] {
            #expect(text.contains("   nftlbctl \(command)\n"), "\(command)")
        }
        for option in ["--dry-run", "--if-revision", "--output", "--timeout", "--mode"] {
            #expect(text.contains(option))
        }
        #expect(!text.contains("nftlbctl manual"))
        #expect(text.contains("A MAINTENANCE EVENING"))
    }

    @Test("The commands of the maintenance evening are such, with options that they have")
    func story() throws {
        let page = try Program.run(["manual", "nftlbctl"]).output
        let section = try #require(page.components(separatedBy: ".SH A MAINTENANCE EVENING").dropFirst().first)
        let story = section.components(separatedBy: ".SH ")[0].replacing("\\-", with: "-")
        let commands = story.split(separator: "\n").filter { $0.hasPrefix("nftlbctl ") }
        #expect(commands.count > 12)
        for command in commands {
            let words = command.split(separator: ">")[0].replacing(/'[^']*'/, with: "text").split(separator: " ")
            let run = try Program.run(words.dropFirst().map(String.init) + ["--help"])
            #expect(run.status == 0 && run.output.contains("USAGE: nftlbctl \(words[1])"), "\(command)")
            for option in words where option.hasPrefix("--") { #expect(run.output.contains(option), "\(command)") }
        }
    }
}

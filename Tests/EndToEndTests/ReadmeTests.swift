// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

@Suite("README", .requiresKernel)
struct ReadmeTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("Every nftlbctl command of the README works as it stands there, in that order")
    func commands() throws {
        let text = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let commands = text.split(separator: "\n").filter { $0.hasPrefix("nftlbctl ") }
        #expect(commands.count >= 5)
        let daemon = try Daemon(on: Lab(backends: 1))
        for command in commands {
            let script = "cd '\(Self.root.path)' && PATH='\(Programs.folder.path)':$PATH && \(command)"
            let output = try Program.run("sh", "-c", script, environment: ["NFTLB_SOCKET": daemon.socket])
            // A difference is status 1 (design.md 3).
            let expected: Int32 = command.contains(" diff ") ? 1 : 0
            #expect(output.status == expected, "\(command): \(output.out) \(output.err)")
        }
    }
}

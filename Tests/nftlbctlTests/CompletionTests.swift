// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import ScriptedServer
import Testing

@Suite("Completion", .timeLimit(.minutes(10)))
struct CompletionTests {
    @Test("Every shell has its script", arguments: ["bash", "zsh", "fish"])
    func scripts(shell: String) throws {
        let run = try Program.run(["completion", shell])
        #expect(run.status == 0 && run.output.contains("nftlbctl"))
    }

    /// What bash offers for a command line.
    static func offers(_ words: String..., socket: String) throws -> [String] {
        let line = words.joined(separator: " ")
        let script = """
            shopt -s extglob
            source <(nftlbctl completion bash)
            COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
            COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.count) COMP_TYPE=9
            _nftlbctl nftlbctl '\(words.last ?? "")' '\(words.dropLast().last ?? "")' 2>/dev/null
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        let folder = Program.path.deletingLastPathComponent().path
        process.environment = ["PATH": "\(folder):/usr/bin:/bin", "NFTLB_SOCKET": socket]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    @Test("Farms and backends are offered by their names")
    func names() throws {
        let server = try ScriptedServer.standing()
        #expect(try Self.offers("nftlbctl", "farm", "get", "", socket: server.path).prefix(2) == ["web", "dns"])
        #expect(try Self.offers("nftlbctl", "farm", "delete", "w", socket: server.path) == ["web"])
        #expect(try Self.offers("nftlbctl", "backend", "get", "web", "", socket: server.path).prefix(2) == ["a", "b"])
        let sharing = try ScriptedServer.standing(configuration: ScriptedServer.sharing)
        #expect(
            try Self.offers("nftlbctl", "address", "get", "", socket: sharing.path).prefix(3) == ["vip", "web", "old"])
        #expect(try Self.offers("nftlbctl", "address", "delete", "web", "v6", socket: sharing.path) == ["v6"])
    }

    @Test("Without a daemon nothing is offered, and nothing is said")
    func noDaemon() throws {
        #expect(try Self.offers("nftlbctl", "farm", "get", "w", socket: "/nowhere/s").isEmpty)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// `nftlbctl top` beside traffic: once, and on terminals of their own (script(1)) of several widths.
@Suite("Top", .requiresKernel, .serialized)
struct TopTests {
    static let service = Endpoint("192.0.2.1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("web", at: service, backends: Declared.backends()),
            Declared.farm("idle", at: Endpoint("192.0.2.2", 80), backends: []),
        ])
        return (lab, daemon)
    }

    @Test("Once: what comes in a second, what stands, and states; sorted")
    func once() throws {
        let (lab, daemon) = try Self.start()
        let held = try (0..<6).map { _ in try lab.hold(Self.service) }
        let load = lab.load([Self.service], clients: 1)
        let output = try daemon.control("top", "--once", "--sort", "connections")
        load.expectNoFailure(atLeast: 1)
        #expect(output.status == 0, "\(output.err)")
        let rows = output.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(output.out.hasPrefix("2 farms, 1 down, by connections"))
        #expect(rows[1] == ["NAME", "STATE", "CONN/S", "ESTABLISHED", "IN/S", "OUT/S", "CONNECTIONS", "DECLARED"])
        #expect(rows[2].prefix(2) == ["web", "up"] && rows[2][2] != "0" && rows[2].last == "up")
        #expect(Set(rows[3...5].map { $0[0] }) == ["b1", "b2", "b3"])
        #expect(rows[6].prefix(3) == ["idle", "down", "0"])
        let established = rows[3...5].compactMap { Int($0[3]) }
        #expect(established.count == 3 && established.allSatisfy { $0 >= 2 }, "\(output.out)")
        for connection in held { connection.expectAlive() }
        let named = try daemon.control("top", "--once", "--sort", "name", "--interval", "100ms", "idle")
        #expect(named.out.contains("idle") && named.out.contains("web") == false)
        #expect(try daemon.control("top").status == 2)
    }

    /// The shell's words that wait, for a minute, until the terminal has shown `text`: a loaded machine may need
    /// longer for a screen than any pause that one would like to wait for.
    private static func shown(_ text: String) -> String {
        "for i in $(seq 600); do grep -aqsF \"$(printf '\(text)')\" \"$RECORD\" && break; sleep 0.1; done"
    }

    private static let screen = shown(#"\033[H"#)

    /// The screens that a terminal showed, without colours.
    private func screens(_ daemon: Daemon, _ preparation: String, keys: String) throws -> [[String]] {
        let record = daemon.folder.appending(path: "screen-\(UUID().uuidString)").path
        let command = "\(preparation); exec \(Programs.path("nftlbctl")) --socket \(daemon.socket) top --interval 300ms"
        let output = try Program(
            ["sh", "-c", #"(\#(keys)) | script -qfec "$0" "$1""#, command, record],
            environment: ["TERM": "xterm", "RECORD": record]
        ).end(within: 200)
        #expect(output.status == 0, "\(output)")
        let text = String(decoding: try Data(contentsOf: URL(filePath: record)), as: UTF8.self)
        #expect(text.contains("\u{1b}[?1049h") && text.contains("\u{1b}[?1049l"), "the screen is given back")
        // The terminal makes two returns of one; and Swift takes a return and a new line for one character.
        let lines = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" }))
        return lines.components(separatedBy: "\u{1b}[H").dropFirst().map { screen in
            screen.components(separatedBy: "\u{1b}[J")[0].replacing(/\u{1b}\[[0-9;?]*[a-zA-Z]/, with: "")
                .components(separatedBy: "\n")
        }
    }

    @Test("80 and 200 columns, few lines, another size meanwhile, and keys that sort")
    func terminals() throws {
        let (lab, daemon) = try Self.start()
        let load = lab.load([Self.service], clients: 1)
        let narrow = try screens(
            daemon, "stty cols 80 rows 24",
            keys: "\(Self.screen); sleep 1; printf n; \(Self.shown("by name")); printf q")
        #expect(narrow.count >= 2 && narrow.allSatisfy { $0.allSatisfy { $0.count <= 80 } })
        #expect(narrow.allSatisfy { $0.count == 7 })
        #expect(narrow[0][0].contains("by connections") && narrow.last?[0].contains("by name") == true)
        #expect(narrow.last?[2].hasPrefix("idle") == true && narrow.last?[3].hasPrefix("web") == true)
        #expect(narrow.last?[1].contains("ESTABLISHED") == true, "\(narrow)")
        let wide = try screens(daemon, "stty cols 200 rows 24", keys: "\(Self.screen); printf q")
        #expect(wide.allSatisfy { $0.allSatisfy { $0.count <= 200 } && $0[1].contains("DECLARED") })
        let tiny = try screens(daemon, "stty cols 30 rows 4", keys: "\(Self.screen); printf q")
        #expect(tiny.allSatisfy { $0.count == 4 && $0.allSatisfy { $0.count <= 30 } })
        #expect(tiny[0][3].contains("lines more") && tiny[0][1].contains("STATE"))
        let grown = try screens(
            daemon, "stty cols 60 rows 24; exec 3<&0; { (\(Self.screen); stty cols 120 <&3) & }",
            keys: "\(Self.shown("DECLARED")); printf q")
        let isGrown = grown.first?[1].contains("DECLARED") == false && grown.last?[1].contains("DECLARED") == true
        #expect(isGrown, "\(grown)")
        load.expectNoFailure(atLeast: 1)
    }
}

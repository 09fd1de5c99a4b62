// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// `nftlbctl top` beside traffic: once, and on terminals of several sizes.
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

    private func top(_ daemon: Daemon, columns: Int, rows: Int) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            [Programs.path("nftlbctl"), "--socket", daemon.socket, "top", "--interval", "300ms"],
            columns: columns, rows: rows)
        #expect(terminal.wait(for: "\u{1b}[J"), "a first screen: \(terminal.shown)")
        return terminal
    }

    /// Ends the program as people do; the screens that its terminal showed, without colours.
    private func screens(_ terminal: PseudoTerminal) -> [[String]] {
        terminal.type("q")
        let output = terminal.end()
        #expect(output.status == 0, "\(output)")
        let text = terminal.shown
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
        let eighty = try top(daemon, columns: 80, rows: 24)
        usleep(1_000_000)
        eighty.type("n")
        #expect(eighty.wait(for: "by name"))
        let narrow = screens(eighty)
        #expect(narrow.count >= 2 && narrow.allSatisfy { $0.allSatisfy { $0.count <= 80 } })
        #expect(narrow.allSatisfy { $0.count == 7 })
        #expect(narrow.first?[0].contains("by connections") == true && narrow.last?[0].contains("by name") == true)
        #expect(narrow.last?[2].hasPrefix("idle") == true && narrow.last?[3].hasPrefix("web") == true)
        #expect(narrow.last?[1].contains("ESTABLISHED") == true, "\(narrow)")
        let wide = try screens(top(daemon, columns: 200, rows: 24))
        #expect(wide.allSatisfy { $0.allSatisfy { $0.count <= 200 } && $0[1].contains("DECLARED") })
        let tiny = try screens(top(daemon, columns: 30, rows: 4))
        #expect(tiny.allSatisfy { $0.count == 4 && $0.allSatisfy { $0.count <= 30 } })
        #expect(tiny.first?[3].contains("lines more") == true && tiny.first?[1].contains("STATE") == true)
        let sixty = try top(daemon, columns: 60, rows: 24)
        sixty.resize(columns: 120, rows: 24)
        #expect(sixty.wait(for: "DECLARED"))
        let grown = screens(sixty)
        #expect(grown.first?[1].contains("DECLARED") == false && grown.last?[1].contains("DECLARED") == true)
        load.expectNoFailure(atLeast: 1)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import InMemoryDaemon
import NetworkService
import Testing

@testable import nftlb_http

@Suite("The program", .timeLimit(.minutes(5)))
struct OptionTests {
    static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "nftlb-http").path

    static let places: [(text: String, place: ListeningPlace?)] = [
        ("127.0.0.1:5555", .address(host: "127.0.0.1", port: 5555)), ("[::1]:27", .address(host: "::1", port: 27)),
        (":80", .address(host: "::", port: 80)), ("*:80", .address(host: "::", port: 80)), ("*", nil), ("[*]:80", nil),
        ("localhost:0", .address(host: "localhost", port: 0)),
        ("127.0.0.1", nil), ("::1:80", nil), ("[x]:80", nil), ("a:65536", nil), ("a:-1", nil), ("a:", nil), ("", nil),
    ]

    @Test("Where to listen", arguments: places)
    func listen(text: String, place: ListeningPlace?) {
        #expect(ListeningPlace(argument: text) == place)
    }

    @Test("Sockets of the service manager are for the process that is named, and only for that")
    func inherited() {
        let own = "\(getpid())"
        #expect(ListeningPlace.inherited { ["LISTEN_PID": "1", "LISTEN_FDS": "1"][$0] }.isEmpty)
        #expect(ListeningPlace.inherited { ["LISTEN_PID": own, "LISTEN_FDS": "0"][$0] }.isEmpty)
        #expect(ListeningPlace.inherited { ["LISTEN_PID": own, "LISTEN_FDS": "x"][$0] }.isEmpty)
        #expect(ListeningPlace.inherited { _ in nil }.isEmpty)
    }

    static let runs: [(arguments: [String], status: Int32, says: String)] = [
        (["--help"], 0, "--key-file"), (["--version"], 0, "nftlb-http "), (["--nonsense"], 2, "--nonsense"),
        ([], 2, "no key"), (["--key-file", "/nowhere"], 2, "/nowhere"), (["--listen", "x"], 2, "listen"),
        (["extra"], 2, "extra"), (["--log-level", "loud"], 2, "log-level"),
    ]

    @Test("Exit statuses", arguments: runs)
    func status(arguments: [String], status: Int32, says: String) throws {
        let run = try Command.run(["env", "-u", "NFTLB_SERVER_KEY", Self.program] + arguments)
        #expect(run.status == status)
        #expect((run.output + run.errors).contains(says))
    }

    @Test("The manual page has every option, and every option is in --help")
    func manual() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Packaging/man/nftlb-http.8")
        let manual = try String(contentsOf: page, encoding: .utf8)
        let help = try Command.run([Self.program, "--help"]).output
        let options = Set(help.matches(of: /--([a-z-]+)/).map { String($0.1) })
        #expect(options.isSuperset(of: ["listen", "socket", "key-file", "log-level", "version", "help"]))
        #expect(options == Set(manual.matches(of: /(?m)^\.It Fl Fl ([a-z-]+)/).map { String($0.1) }))
    }

    @Test("An address that is taken: 1, and why")
    func taken() async throws {
        try await EdgeTests.with { bench in
            let run = try Command.run([
                "env", "NFTLB_SERVER_KEY=x", Self.program, "--listen", "127.0.0.1:\(bench.port)",
            ])
            #expect(run.status == 1)
            #expect(run.errors.contains("nftlb-http: "))
        }
    }
}

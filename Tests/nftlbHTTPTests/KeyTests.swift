// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Foundation
import InMemoryDaemon
import Testing

@testable import nftlb_http

@Suite("Keys", .timeLimit(.minutes(5)))
struct KeyTests {
    @Test("A file has a key a line, and its role")
    func file() throws {
        let keys = try KeyRing(file: "# comment\n\nHoLa\nread reader\r\n\toperate \t operator \nall administrator")
        #expect(keys.role(of: "HoLa") == .administrator)
        #expect(keys.role(of: "read") == .reader)
        #expect(keys.role(of: "operate") == .operator)
        #expect(keys.role(of: "all") == .administrator)
        for wrong in ["", "hola", "HoLa ", "HoL", "HoLaHoLa", "#", "# comment", "read reader", "HoLa\u{0}"] {
            #expect(keys.role(of: wrong) == nil, "\(wrong)")
        }
    }

    @Test("A mistake in a file is named by its line, and no key is shown")
    func mistakes() {
        for (file, line) in [("a b c", "line 1"), ("x\nsecret roote", "line 2"), ("", "no key"), ("# x\n\n", "no key")]
        {
            do throws(KeyRing.Mistake) {
                _ = try KeyRing(file: file)
                Issue.record("\(file) was taken")
            } catch {
                #expect(error.description.contains(line))
                #expect(!error.description.contains("secret"))
            }
        }
    }

    @Test("Sources: the option, then the credential, then the variable")
    func sources() throws {
        let folder = try ScratchFolder()
        let file = folder.url.appending(path: "keys").path
        try "from-file reader\n".write(toFile: file, atomically: true, encoding: .utf8)
        let credentials = folder.url.path
        func keys(option: String?, _ variables: [String: String]) throws -> KeyRing? {
            try KeySource(option: option) { variables[$0] }?.keys()
        }
        let variables = ["CREDENTIALS_DIRECTORY": credentials, "NFTLB_SERVER_KEY": "from variable"]
        #expect(try keys(option: file, variables)?.role(of: "from-file") == .reader)
        // There is no credential of that name.
        #expect(try keys(option: nil, variables)?.role(of: "from variable") == .administrator)
        try "from-credential\n".write(toFile: credentials + "/key", atomically: true, encoding: .utf8)
        let credential = try keys(option: nil, variables)
        #expect(credential?.role(of: "from-credential") == .administrator)
        #expect(credential?.role(of: "from variable") == nil)
        #expect(try keys(option: nil, ["NFTLB_SERVER_KEY": ""]) == nil)
        #expect(try keys(option: nil, [:]) == nil)
        #expect(throws: KeyRing.Mistake.self) { try keys(option: "/nowhere/keys", variables) }
        #expect(throws: KeyRing.Mistake.self) { try keys(option: "/dev/zero", variables) }
    }

    @Test("White space at the ends of a key is no part of it")
    func spaces() throws {
        func keys(_ variable: String) throws -> KeyRing? {
            try KeySource(option: nil) { $0 == "NFTLB_SERVER_KEY" ? variable : nil }?.keys()
        }
        for variable in ["Ho La ", " Ho La", "\tHo La\n", "Ho La\r\n"] {
            #expect(try keys(variable)?.role(of: "Ho La") == .administrator)
        }
        for variable in [" ", "\n", " \t\r\n"] { #expect(try keys(variable) == nil) }
    }

    @Test("Without the key nothing is answered, whatever is asked; health and the description need none")
    func refused() async throws {
        try await EdgeTests.with { bench in
            let requests = [
                ("GET", "/farms"), ("POST", "/farms"), ("DELETE", "/farms"), ("GET", "/nothing"), ("HEAD", "/farms"),
                ("OPTIONS", "/farms"), ("POST", "/healthz"), ("GET", "/healthz/x"),
            ]
            for (verb, path) in requests {
                for key in [nil, "", "hola", "HoLa2"] {
                    let answer = try bench.ask(verb, path, key: key)
                    #expect(answer.status == 401 && answer.body.isEmpty && answer.headers["content-length"] == "0")
                }
            }
            #expect(try bench.ask("GET", "/healthz", key: nil).text == "ready\n")
            let twice = try bench.client()
            try twice.send("GET /farms HTTP/1.1\r\nKey: HoLa\r\nKey: HoLa\r\n\r\n")
            #expect(try twice.answer().status == 401)
            let elsewhere = try bench.client()
            try elsewhere.send("POST /farms HTTP/1.1\r\nX-Key: HoLa\r\nContent-Length: 9\r\n\r\nKey: HoLa")
            #expect(try elsewhere.answer().status == 401)
        }
    }

    @Test("A key for reading reads; one for operating changes states and weights of what is there")
    func roles() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let keys = try KeyRing(file: "HoLa\nread reader\noperate operator\n")
        let bench = try await Bench(socket: daemon.path, keys: keys)
        try await onThread { () throws in
            let farm = #"{"farms":[{"name":"a","backends":[{"name":"x","ip-addr":"10.0.0.1","state":"up"}]}]}"#
            #expect(try bench.ask("POST", "/farms", farm, key: "read").status == 403)
            #expect(try bench.ask("POST", "/farms", farm, key: "operate").status == 403)
            #expect(try bench.ask("POST", "/farms", farm).status == 200)
            #expect(try bench.ask("GET", "/farms/a", key: "read").status == 200)
            #expect(try bench.ask("DELETE", "/farms/a", key: "read").status == 403)
            #expect(try bench.ask("DELETE", "/farms/a", key: "operate").status == 403)
            let down = #"{"farms":[{"name":"a","backends":[{"name":"x","state":"down","weight":"3"}]}]}"#
            #expect(try bench.ask("PUT", "/farms", down, key: "read").status == 403)
            #expect(try bench.ask("PUT", "/farms", down, key: "operate").status == 200)
            let others = [
                #"{"farms":[{"name":"a","mode":"dnat"}]}"#, #"{"farms":[{"name":"b","state":"up"}]}"#,
                #"{"farms":[{"name":"a","backends":[{"name":"y","state":"up"}]}]}"#,
                #"{"farms":[{"name":"a","newname":"b"}]}"#, #"{"addresses":[{"name":"v"}]}"#,
            ]
            for other in others { #expect(try bench.ask("PUT", "/farms", other, key: "operate").status == 403) }
            #expect(try bench.ask("GET", "/farms/a", key: "operate").text.contains(#""weight": "3""#))
        }
    }
}

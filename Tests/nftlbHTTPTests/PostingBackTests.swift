// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import InMemoryDaemon
import JSON
import LegacyDialect
import Testing

@testable import nftlb_http

/// A printed object, posted back, changes nothing: no revision, no transaction, so that no learnt session is lost either.
@Suite("Posting back what is printed", .timeLimit(.minutes(5)))
struct PostingBackTests {
    static let objects = [
        // Marks that are drawn, without and with a mark of the farm, which comes before or after them.
        #"{"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":"80","persistence":"srcip","backends":[{"name":"x","ip-addr":"10.0.0.1","state":"up"},{"name":"y","ip-addr":"10.0.0.2","state":"off","weight":"3"}]}]}"#,
        #"{"farms":[{"name":"b","virtual-addr":"192.0.2.2","virtual-ports":"80,443","mark":"0x10","backends":[{"name":"x","ip-addr":"10.0.0.1","state":"up"},{"name":"y","ip-addr":"10.0.0.2","state":"down","mark":"0x200"}],"sessions":[]}]}"#,
        #"{"farms":[{"name":"a","mark":"0x1003"}]}"#,
        // Fields of a hash that nobody gave.
        #"{"farms":[{"name":"c","virtual-addr":"192.0.2.3","virtual-ports":"80","scheduler":"hash","persistence":"srcip","backends":[{"name":"x","ip-addr":"10.0.0.1","state":"up"}],"sessions":[{"client":"203.0.113.7","backend":"x"}]}]}"#,
        // Lists, and addresses of farms and others.
        #"{"policies":[{"name":"p","elements":[{"data":"10.0.0.0/8"}]}],"farms":[{"name":"c","policies":[{"name":"p"}]}]}"#,
        #"{"addresses":[{"name":"v","ip-addr":"192.0.2.9","ports":"80","verdict":"drop"}],"farms":[{"name":"d","addresses":[{"name":"v"},{"name":"own","ip-addr":"192.0.2.10","protocol":"all"}]}]}"#,
    ]

    /// What the daemon and its kernel have, and how often they were changed.
    private struct Whole: Equatable {
        var declared: String
        var revision: UInt64
        var generation: UInt32

        init(_ daemon: InMemoryDaemon) {
            (declared, revision, generation) = daemon.perform {
                ($0.engine.configuration.json().text, $0.engine.revision, $0.kernel.generationNumber)
            }
        }
    }

    @Test("Nothing is changed by it")
    func nothing() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await onThread { () throws in
            for object in Self.objects { #expect(try bench.ask("POST", "/farms", object).status == 200) }
            let before = Whole(daemon)
            for path in ["/farms", "/farms/a", "/farms/b", "/policies", "/addresses"] {
                for verb in ["POST", "PUT"] {
                    let printed = try bench.ask("GET", path).text
                    let answer = try bench.ask(verb, "/farms", printed)
                    #expect(answer.text == #"{"response": "success"}"#)
                    #expect(Whole(daemon) == before, "\(path)")
                    #expect(try bench.ask("GET", path).text == printed)
                }
            }
        }
    }

    @Test("All that is printed, as one file, is what an empty balancer makes of it")
    func file() async throws {
        let (daemon, other) = (try InMemoryDaemon(), try InMemoryDaemon())
        defer { for daemon in [daemon, other] { daemon.stop() } }
        let (bench, empty) = (try await Bench(socket: daemon.path), try await Bench(socket: other.path))
        try await onThread { () throws in
            for object in Self.objects { #expect(try bench.ask("POST", "/farms", object).status == 200) }
            var document = JSONObject()
            for list in ["policies", "addresses", "farms"] {
                let printed = try bench.ask("GET", "/\(list)").body
                document[list] = try JSONValue(parsing: printed)[list]
            }
            let file = JSONValue.object(document).serialized()
            #expect(try empty.ask("POST", "/farms", String(decoding: file, as: UTF8.self)).status == 200)
            let read = try Configuration(json: .object(try Dialect.read(file).replacement()))
            #expect(read == other.perform { $0.engine.configuration })
            let shared = try #require(read.farms.first { $0.name.text == "d" })
            #expect(shared.addresses.map(\.isReference) == [true, true])
        }
    }

    @Test("A mark that is another than the printed one is given, and stays")
    func anotherMark() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await onThread { () throws in
            #expect(try bench.ask("POST", "/farms", Self.objects[0]).status == 200)
            func post(_ mark: String) throws -> RawAnswer {
                try bench.ask(
                    "PUT", "/farms", #"{"farms":[{"name":"a","backends":[{"name":"x","mark":"\#(mark)"}]}]}"#)
            }
            func isGiven() -> Bool { daemon.perform { $0.engine.configuration.json().text.contains(#""mark""#) } }
            #expect(try post("0x1").status == 200)
            #expect(!isGiven())
            #expect(try post("0x77").status == 200)
            #expect(isGiven())
            #expect(try bench.ask("GET", "/farms/a").text.contains(#""mark": "0x77""#))
            #expect(try post("0x1").status == 200)
            #expect(try bench.ask("GET", "/farms/a").text.contains(#""mark": "0x1""#))
        }
    }
}

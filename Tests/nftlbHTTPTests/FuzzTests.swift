// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import Foundation
import Fuzzing
import InMemoryDaemon
import JSON
import LegacyDialect
import NIOCore
import Testing

@testable import nftlb_http

/// Inputs of nobody, as many as the time allows: `make fuzz SECONDS=3600` for longer, with SEED the same ones again.
@Suite("Fuzzing", .timeLimit(.minutes(240)))
struct FuzzTests {
    static let environment = ProcessInfo.processInfo.environment
    static let seconds = Double(environment["FUZZ_SECONDS"] ?? "") ?? 10
    static let seed = UInt64(environment["FUZZ_SEED"] ?? "") ?? UInt64.random(in: 0..<1_000_000)

    /// Does something again and again until the time is over, some times also on a machine that has no time; how often.
    @discardableResult
    static func repeating(_ body: (Int) throws -> Void) rethrows -> Int {
        let end = Date(timeIntervalSinceNow: seconds)
        var count = 0
        while Date() < end || count < 10 {
            try body(count)
            count += 1
        }
        Swift.print("fuzzing: \(count) inputs of seed \(seed)")
        return count
    }

    /// Every exchange of the conversations.
    static func exchanges() throws -> [Conversation.Exchange] {
        try ["Interface", "Scenarios", "Configurations"].flatMap { try Conversation.all(in: $0) }.flatMap(\.exchanges)
    }

    static let words =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "null", "true", "-1", "1e9",
            "99999999999999999999",
            "\"newname\"", "\"action\"", "\"delete\"", "\"expiration\"", "\"UNDEFINED\"", "\"0x\"", "\"80-\"",
            "{\"name\":\"lb01\"}", "\"time\"",
        ] + ObjectKind.allCases.flatMap(\.attributes).map { "\"\($0.key)\"" }

    @Test("Bodies: what is read and taken prints to what is read and taken again, and nothing ends the program")
    func bodies() async throws {
        let corpus = try Self.exchanges().compactMap { $0.body.map { Array($0.utf8) } }
        let taken = try await onThread { () throws in
            var mutator = Mutator(seed: Self.seed, corpus: corpus, words: Self.words)
            var taken = 0
            let count = try Self.repeating { number in
                let body = mutator.next()
                if try Self.read(body, "input \(number) of seed \(Self.seed)") { taken += 1 }
            }
            // Most are wrong, and many are not: else nothing is tried behind the reader.
            #expect(taken > count / 200)
            return taken
        }
        #expect(taken > 0)
    }

    /// Reads a body as the bridge does, with nothing declared; whether it was taken.
    static func read(_ body: [UInt8], _ place: String) throws -> Bool {
        let text = String(decoding: body, as: UTF8.self)
        do throws(LegacyAnswer) {
            let answer = LegacyAnswer.success(try LegacyRequest(body: body).sentences)
            #expect((try? JSONValue(parsing: answer.body)) != nil, "\(place): \(text)")
        } catch {
            #expect([400, 404, 500].contains(error.status), "\(place): \(text)")
            #expect((try? JSONValue(parsing: error.body)) != nil, "\(place): \(text)")
            return false
        }
        var declared = Configuration()
        guard (try? post(body, to: &declared)) != nil else { return false }
        // `config_error`, posted back, is `up` (the C program's word), so these cannot be the same again.
        guard !declared.farms.contains(where: { $0.backends.contains { $0.state == .incomplete } }) else { return true }
        // The time of an element is printed where its policy has a timeout, and refused where it is posted: the C program's
        // ways (nftlb-reference.md 2.4), so these cannot be posted again.
        guard !declared.policies.contains(where: { $0.timeout.number > 0 && !$0.elements.isEmpty }) else { return true }
        var again = Configuration()
        let printed = print(declared)
        for document in printed {
            #expect(throws: Never.self, "\(place): \(text)") { try post(document, to: &again) }
        }
        #expect(print(again) == printed, "\(place): \(text)")
        return true
    }

    private static func post(_ body: [UInt8], to configuration: inout Configuration) throws {
        let request = try LegacyRequest(body: body)
        let knowledge = Knowledge(
            farms: Array(configuration.farms), addresses: Array(configuration.addresses),
            lookups: request.lookupsAfterRefusal)
        var draft = Draft(on: configuration)
        try draft.apply(try request.changes(knowing: knowledge))
        configuration.merge(draft.delta)
    }

    private static func print(_ configuration: Configuration) -> [[UInt8]] {
        let addresses = Dictionary(
            configuration.addresses.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let farms = configuration.farms.map { farm in
            var farm = farm
            farm.resolveAddresses { addresses[$0] }
            return PrintedFarm(farm)
        }
        return [
            LegacyPrinter.policies(configuration.policies.map { PrintedPolicy($0) }),
            LegacyPrinter.addresses(configuration.addresses.map { PrintedAddress($0) }), LegacyPrinter.farms(farms),
        ]
    }

    // MARK: The edge

    static let heads = [
        "GET /farms HTTP/1.1\r\nKey: HoLa\r\n\r\n", "GET /farms/lb01 HTTP/1.0\r\nKey: HoLa\r\n\r\n",
        "POST /farms HTTP/1.1\r\nKey: HoLa\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[{}\r\n1;a=b\r\n]\r\n0\r\nX: y\r\n\r\n",
        "POST /farms HTTP/1.1\r\nKey: HoLa\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        "OPTIONS * HTTP/1.1\r\nKey: HoLa\r\nConnection: close\r\n\r\n",
        "GET http://localhost/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE /policies/black/elements/10.0.0.0/8 HTTP/1.1\r\nkey:HoLa\r\n\r\n",
    ]

    static let tokens = [
        "\r\n", "\n", "\r", "\r\n\r\n", "Key: HoLa\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n",
        "Content-Length: 0xc\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Connection: close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "Expect: 100-continue\r\n",
        "ffffffffffffffff\r\n",
        " HTTP/1.1", " HTTP/2.0", "HTTP/", "/farms/", "%", "%00", "%2f", "?", "#", "//", "..", ":", " ", "\t", "\u{0}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET", "POST", "\u{16}\u{3}\u{1}", "é",
    ]

    @Test("Connections: every one ends, every answer is one of ours, and the next client is served")
    func connections() async throws {
        var limits = ServerLimits()
        // What is not given back would soon be missing.
        limits.bodies = 200_000
        limits.answers = 4_000_000
        limits.linger = .seconds(1)
        let exchanges = try Self.exchanges().filter { $0.verb != "HEAD" }
        let requests = exchanges.prefix(150).map { Array(Bench.request($0.verb, $0.path, $0.body).utf8) }
        let corpus = requests + Self.heads.map { Array($0.utf8) }
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path, limits: limits)
        try await onThread { () throws in
            var mutator = Mutator(seed: Self.seed, corpus: corpus, words: Self.tokens)
            try Self.repeating { number in
                try Self.converse(mutator.next(), bench, "input \(number) of seed \(Self.seed)")
                if number % 50 == 0 { #expect(try bench.ask("GET", "/healthz").status == 200, "\(number)") }
            }
            #expect(try bench.ask("DELETE", "/farms").status == 200)
        }
        for _ in 0..<100 where await bench.server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(await bench.server.connectionCount == 0)
    }

    /// Sends bytes, says that these are all, and reads all answers.
    static func converse(_ bytes: [UInt8], _ bench: Bench, _ place: String) throws {
        let client = try bench.client(seconds: 60)
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        // What is refused early may be closed while it is still being sent.
        try? client.send(bytes)
        client.endSending()
        do {
            while true {
                let answer = try client.answer()
                #expect(
                    [200, 400, 401, 403, 404, 413, 431, 500, 501].contains(answer.status),
                    "\(place): \(answer.status) to \(text)")
                guard answer.headers["content-type"] == "application/json" else { continue }
                #expect((try? JSONValue(parsing: answer.body)) != nil, "\(place): \(answer.text) to \(text)")
            }
        } catch let failure as RawClient.Failure {
            // The end; a connection that goes on waiting for us would be a time-out here.
            #expect(!failure.description.contains("nothing came"), "\(place): \(text)")
        }
    }
}

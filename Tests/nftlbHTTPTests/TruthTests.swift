// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import EngineSupport
import InMemoryDaemon
import NIOCore
import Nftables
import Testing

/// What the daemon, the kernel or the disk says no to.
@Suite("Truth of answers", .timeLimit(.minutes(10)))
struct TruthTests {
    static let farm = #"{"farms":[{"name":"a","virtual-addr":"192.0.2.1","virtual-ports":"80"}]}"#

    @Test("What the kernel or the disk refuses is no success, and nothing of it is done")
    func refusals() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await onThread { () throws in
            daemon.perform {
                $0.kernel.refuse = { _ in KernelFailure(kind: .refused(errno: 12), message: "Cannot allocate memory") }
            }
            let refused = try bench.ask("POST", "/farms", Self.farm)
            #expect(refused.status == 500 && refused.text.hasPrefix(#"{"response": "error generating rules. "#))
            #expect(try bench.ask("GET", "/farms").text == "{\n        \"farms\": []\n}")
            daemon.perform { inside in
                inside.kernel.refuse = { _ in nil }
                inside.store.failingCommits = 1
            }
            let failed = try bench.ask("POST", "/farms", Self.farm)
            #expect(failed.status == 500 && failed.text.hasPrefix(#"{"response": "error generating rules. "#))
            #expect(try bench.ask("GET", "/farms").text == "{\n        \"farms\": []\n}")
            #expect(try bench.ask("POST", "/farms", Self.farm).text == #"{"response": "success"}"#)
            // A deletion that fails has its own words.
            daemon.perform {
                $0.kernel.refuse = { _ in KernelFailure(kind: .refused(errno: 12), message: "Cannot allocate memory") }
            }
            let kept = try bench.ask("DELETE", "/farms/a")
            #expect(kept.status == 500 && kept.text.hasPrefix(#"{"response": "error deleting farm. "#))
            #expect(try bench.ask("GET", "/farms/a").status == 200)
        }
    }

    /// Requests and what is said when they are right and fail.
    static let failures: [(verb: String, path: String, message: String)] = [
        ("POST", "/farms", "error generating rules"), ("DELETE", "/farms/a", "error deleting farm"),
        ("DELETE", "/farms/a/backends/x", "error deleting backend"),
        ("DELETE", "/farms/a/backends/x/sessions", "error deleting sessions from backend"),
        ("DELETE", "/farms/a/sessions", "error deleting session"),
        ("DELETE", "/farms/a/addresses/a-addr", "error deleting farm address"),
        ("DELETE", "/farms/a/policies", "error deleting farm policy"),
        ("DELETE", "/policies/p/elements", "error deleting policy element"),
        ("DELETE", "/policies/p", "error deleting policy"), ("DELETE", "/addresses/v", "error deleting address"),
        ("GET", "/policies", "could not get the policy elements"),
    ]
    static let messages = Set(failures.map(\.message))

    @Test("Every request has its own words for a daemon that is away", arguments: failures)
    func away(verb: String, path: String, message: String) async throws {
        let bench = try await Bench(socket: "/nowhere/s", patience: .milliseconds(50))
        try await onThread { () throws in
            let answer = try bench.ask(verb, path, verb == "POST" ? Self.farm : nil)
            #expect(answer.status == 503 && answer.headers["retry-after"] == "1")
            #expect(answer.text == #"{"response": "\#(message). The balancer does not answer, try again"}"#)
        }
    }

    @Test("Reading changes nothing")
    func reading() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await onThread { () throws in
            #expect(try bench.ask("POST", "/farms", Self.farm).status == 200)
            let before = daemon.perform { ($0.kernel.generationNumber, $0.engine.revision) }
            for path in [
                "/farms", "/farms/a", "/farms/a/sessions", "/policies", "/policies/p", "/addresses",
                "/addresses/a-addr",
                "/healthz", "/openapi.json",
            ] {
                for verb in ["GET", "HEAD"] { #expect(try bench.ask(verb, path).status == 200, "\(verb) \(path)") }
            }
            let after = daemon.perform { ($0.kernel.generationNumber, $0.engine.revision) }
            #expect(before == after)
        }
    }
}

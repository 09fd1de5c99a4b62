// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import InMemoryDaemon
import NIOCore
import ScriptedServer
import Testing

@testable import nftlb_http

/// Clients that stall, and a daemon that is away.
@Suite("Patience", .serialized, .timeLimit(.minutes(10)))
struct PatienceTests {
    @Test("Clients that stall anywhere keep nobody waiting, and are let go")
    func stalled() async throws {
        var limits = ServerLimits()
        limits.idle = .seconds(30)
        limits.bodyPause = .seconds(30)
        try await EdgeTests.with(limits: limits) { bench in
            let starts = [
                "", "GE", "GET /farms HTTP/1.1\r\nKey: Ho",
                "POST /farms HTTP/1.1\r\nKey: HoLa\r\nContent-Length: 10\r\n\r\n{",
                "POST /farms HTTP/1.1\r\nKey: HoLa\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
            ]
            var stalled: [RawClient] = []
            for start in starts {
                for _ in 0..<40 {
                    let client = try bench.client()
                    try client.send(start)
                    stalled.append(client)
                }
            }
            var slowest = 0.0
            for _ in 0..<50 {
                let begin = DispatchTime.now()
                #expect(try bench.ask("GET", "/farms").status == 200)
                let time = DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds
                slowest = max(slowest, Double(time) / 1e9)
            }
            // Far from how long each of them stalls, on a machine that runs all tests at once.
            #expect(slowest < 25)
            for client in stalled { #expect(client.isClosed()) }
        }
    }

    @Test("One byte a time is not enough to stay")
    func trickle() async throws {
        var limits = ServerLimits()
        limits.idle = .seconds(2)
        limits.bodyTime = .seconds(3)
        try await EdgeTests.with(limits: limits) { bench in
            for start in [
                "GET /farms HTTP/1.1\r\nX: ", "POST /farms HTTP/1.1\r\nKey: HoLa\r\nContent-Length: 1000\r\n\r\n",
            ] {
                let client = try bench.client()
                try client.send(start)
                let begin = Date()
                while Date().timeIntervalSince(begin) < 10 {
                    usleep(100_000)
                    guard (try? client.send("x")) != nil else { break }
                }
                #expect(Date().timeIntervalSince(begin) < 60)
            }
        }
    }

    @Test("A client that does not read its answers is let go, and costs others nothing")
    func unread() async throws {
        var limits = ServerLimits()
        limits.answerPause = .seconds(2)
        limits.answers = 200_000_000
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path, limits: limits)
        try await onThread { () throws in
            let farms = (0..<8_000).map { "{\"name\":\"farm-\($0)\"}" }.joined(separator: ",")
            #expect(try bench.ask("POST", "/farms", "{\"farms\":[\(farms)]}").status == 200)
            let clients = try (0..<5).map { _ in try bench.client(seconds: 60) }
            for client in clients { try client.send(Bench.request("GET", "/farms")) }
            #expect(try bench.ask("GET", "/farms/farm-7").status == 200)
            sleep(6)
            #expect(try bench.ask("GET", "/farms").status == 200)
            // What the kernel held for them is there, and then the end comes early.
            for client in clients { #expect((try? client.answer()) == nil) }
        }
    }

    @Test("At the limit the connection that was idle longest goes")
    func oldestGoes() async throws {
        var limits = ServerLimits()
        limits.connections = 20
        try await EdgeTests.with(limits: limits) { bench in
            let first = try bench.client()
            try first.send(Bench.request("GET", "/farms"))
            #expect(try first.answer().status == 200)
            let others = try (0..<20).map { _ in
                let client = try bench.client()
                try client.send(Bench.request("GET", "/farms"))
                #expect(try client.answer().status == 200)
                return client
            }
            #expect(first.isClosed())
            try others[19].send(Bench.request("GET", "/farms"))
            #expect(try others[19].answer().status == 200)
        }
    }

    @Test("10,000 idle connections: the next request is served as before")
    func idle() async throws {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // Both ends of each are in this process here.
        let count = min(10_000, (Int(limit.rlim_cur) - 500) / 2)
        try await EdgeTests.with { bench in
            var idle: [RawClient] = []
            for _ in 0..<count { idle.append(try bench.client()) }
            #expect(try bench.ask("GET", "/farms").status == 200)
            for index in stride(from: 0, to: count, by: count / 20) {
                try idle[index].send(Bench.request("GET", "/farms"))
                #expect(try idle[index].answer().status == 200)
            }
        }
    }

    @Test("Without a daemon: 503 after a bounded time, and how long to wait")
    func noDaemon() async throws {
        let bench = try await Bench(socket: "/nowhere/s", patience: .milliseconds(300))
        try await onThread { () throws in
            let begin = Date()
            for (verb, path, body) in [
                ("GET", "/farms", nil), ("POST", "/farms", "{\"farms\":[{\"name\":\"a\"}]}"),
                ("DELETE", "/farms/a", nil),
            ] {
                let answer = try bench.ask(verb, path, body)
                #expect(answer.status == 503 && answer.headers["retry-after"] == "1")
                #expect(answer.text.hasSuffix("The balancer does not answer, try again\"}"))
            }
            #expect(Date().timeIntervalSince(begin) < 60)
            // What needs no daemon is answered.
            #expect(try bench.ask("GET", "/nothing").status == 400)
            #expect(try bench.ask("GET", "/healthz", key: nil).status == 503)
        }
    }

    @Test("A daemon that restarts: requests wait, and none is answered wrongly")
    func restart() async throws {
        let daemon = try InMemoryDaemon()
        let path = daemon.path
        let bench = try await Bench(socket: path)
        try await onThread { () throws in
            #expect(try bench.ask("POST", "/farms", "{\"farms\":[{\"name\":\"a\"}]}").status == 200)
        }
        daemon.stop()
        async let next = onThread {
            usleep(700_000)
            return try InMemoryDaemon(path: path)
        }
        try await onThread { () throws in
            let begin = Date()
            #expect(try bench.ask("POST", "/farms", "{\"farms\":[{\"name\":\"b\"}]}").status == 200)
            #expect(try bench.ask("GET", "/farms/b").status == 200)
            #expect(Date().timeIntervalSince(begin) > 0.5)
            // The new one is empty.
            #expect(try bench.ask("GET", "/farms/a").status == 500)
        }
        try await next.stop()
    }

    @Test("A daemon that hangs up, says nonsense or nothing")
    func broken() async throws {
        let hangingUp = try ScriptedServer { _ in .hangUp }
        let nonsense = try ScriptedServer { _ in .bytes([0, 0, 0, 2, 0x7b, 0x7d]) }
        let unasked = try ScriptedServer { _ in .bytes([0, 0, 0, 1, 0x31, 0, 0, 0, 1, 0x31]) }
        for (server, status) in [(hangingUp, 503), (nonsense, 500), (unasked, 500)] {
            let bench = try await Bench(socket: server.path, patience: .milliseconds(500))
            try await onThread { () throws in
                #expect(try bench.ask("GET", "/farms").status == status)
                #expect(try bench.ask("POST", "/farms", "{\"farms\":[{\"name\":\"a\"}]}").status == status)
            }
        }
    }
}

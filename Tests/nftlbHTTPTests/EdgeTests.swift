// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import InMemoryDaemon
import NIOCore
import Testing

@testable import nftlb_http

/// The HTTP of it, over real sockets.
@Suite("HTTP", .timeLimit(.minutes(10)))
struct EdgeTests {
    /// Has a bridge with an empty daemon do something.
    static func with(
        limits: ServerLimits = ServerLimits(), _ body: @escaping @Sendable (Bench) throws -> Void
    ) async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path, limits: limits)
        try await onThread { try body(bench) }
    }

    @Test("Header names in any case, values with spaces around, any type of content or none")
    func headers() async throws {
        try await Self.with { bench in
            for (key, length) in [
                ("Key: HoLa", "Content-Length: 2"), ("key:HoLa", "content-length:2"),
                ("KEY:  HoLa  ", "CONTENT-LENGTH:  2 "),
            ] {
                for type in ["", "Content-Type: application/x-www-form-urlencoded\r\n", "content-type: x\r\n"] {
                    let client = try bench.client()
                    try client.send("POST /farms HTTP/1.1\r\n\(type)\(key)\r\n\(length)\r\n\r\n{}")
                    let answer = try client.answer()
                    #expect(answer.status == 200 && answer.text == #"{"response": "success"}"#)
                    #expect(answer.headers["content-type"] == "application/json")
                }
            }
        }
    }

    @Test("A request in pieces of any size is the same request", arguments: [1, 2, 3, 7, 50])
    func pieces(size: Int) async throws {
        try await Self.with { bench in
            let request = Array(Bench.request("POST", "/farms", #"{"farms":[{"name":"a"}]}"#).utf8)
            let client = try bench.client()
            for start in stride(from: 0, to: request.count, by: size) {
                try client.send(Array(request[start..<min(start + size, request.count)]))
                usleep(500)
            }
            #expect(try client.answer().status == 200)
            #expect(try bench.ask("GET", "/farms/a").status == 200)
        }
    }

    @Test("A connection is kept, and requests that come at once are answered in their order")
    func pipelining() async throws {
        try await Self.with { bench in
            let client = try bench.client()
            var requests = ""
            for index in 0..<50 {
                requests += Bench.request("POST", "/farms", #"{"farms":[{"name":"f\#(index)"}]}"#)
                requests += Bench.request("GET", "/farms/f\(index)")
            }
            try client.send(requests)
            for index in 0..<50 {
                #expect(try client.answer().text == #"{"response": "success"}"#)
                let farm = try client.answer()
                #expect(farm.status == 200 && farm.text.contains(#""name": "f\#(index)""#))
                #expect(farm.headers["connection"] == nil)
            }
        }
    }

    @Test("Connection: close and HTTP/1.0 end with the answer")
    func closing() async throws {
        try await Self.with { bench in
            // Who keeps a connection of HTTP/1.0 must say so in the answer; nobody is promised that.
            for head in [
                "GET /farms HTTP/1.1\r\nConnection: close\r\n", "GET /farms HTTP/1.0\r\n",
                "GET /farms HTTP/1.0\r\nConnection: keep-alive\r\n",
            ] {
                let client = try bench.client()
                try client.send("\(head)Key: HoLa\r\n\r\n")
                #expect(try client.answer().headers["connection"] == "close")
                #expect(client.isClosed())
            }
        }
    }

    @Test("A client that says it is done gets its answer, then the end")
    func halfClose() async throws {
        try await Self.with { bench in
            let client = try bench.client()
            try client.send(Bench.request("GET", "/farms") + Bench.request("GET", "/addresses"))
            client.endSending()
            #expect(try client.answer().status == 200)
            #expect(try client.answer().text.contains("addresses"))
            #expect(client.isClosed())
            // With half a request there is nothing to answer.
            let half = try bench.client()
            try half.send("POST /farms HTTP/1.1\r\nKey: HoLa\r\nContent-Length: 9\r\n\r\n{")
            half.endSending()
            #expect(half.isClosed())
        }
    }

    @Test("Bodies in chunks")
    func chunks() async throws {
        try await Self.with { bench in
            let client = try bench.client()
            let head = "POST /farms HTTP/1.1\r\nKey: HoLa\r\nTransfer-Encoding: chunked\r\n\r\n"
            try client.send(head + "8\r\n{\"farms\"\r\n4;x=y\r\n:[{}\r\n2\r\n]}\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(try client.answer().status == 200)
            try client.send(head + "zz\r\n")
            #expect(try client.answer().status == 400)
            #expect(client.isClosed())
        }
    }

    @Test(
        "A body in another coding than chunks is refused, and the connection ends",
        arguments: [
            "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        ])
    func otherCodings(lines: String) async throws {
        try await Self.with { bench in
            let client = try bench.client()
            try client.send("POST /farms HTTP/1.1\r\nKey: HoLa\r\n\(lines)\r\n2\r\n{}\r\n0\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 501 && answer.text.contains("in no other coding"))
            #expect(client.isClosed())
        }
    }

    @Test("Who waits for a word before sending gets it, if the body is wanted")
    func expectation() async throws {
        try await Self.with { bench in
            let client = try bench.client()
            client.waitsForFinal = false
            try client.send("POST /farms HTTP/1.1\r\nKey: HoLa\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try client.answer().status == 100)
            try client.send("{}")
            #expect(try client.answer().status == 200)
            let refused = try bench.client()
            refused.waitsForFinal = false
            try refused.send("POST /farms HTTP/1.1\r\nKey: no\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try refused.answer().status == 401)
        }
    }

    @Test("HEAD is GET without the body, OPTIONS names the methods, others are refused without a body")
    func methods() async throws {
        try await Self.with { bench in
            let get = try bench.ask("GET", "/farms")
            let client = try bench.client()
            try client.send(
                Bench.request("HEAD", "/farms") + Bench.request("HEAD", "/nothing") + Bench.request("GET", "/farms"))
            let head = try client.answer(toHead: true)
            #expect(head.status == 200 && head.headers["content-length"] == get.headers["content-length"])
            #expect(try client.answer(toHead: true).status == 400)
            #expect(try client.answer().text == get.text)
            let options = try bench.ask("OPTIONS", "/farms")
            #expect(options.status == 200 && options.body.isEmpty)
            #expect(options.headers["allow"] == "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE")
            for verb in ["TRACE", "LINK", "get", "FETCH"] {
                let answer = try bench.ask(verb, "/farms")
                #expect(answer.status == 400 && answer.body.isEmpty, "\(verb)")
            }
        }
    }

    @Test("Paths: percent escapes, whole addresses, and what is too long")
    func paths() async throws {
        try await Self.with { bench in
            _ = try bench.ask("POST", "/farms", #"{"farms":[{"name":"a/b c"},{"name":"50%"}]}"#)
            #expect(try bench.ask("GET", "/farms/a%2Fb%20c").status == 200)
            #expect(try bench.ask("GET", "/farms/50%").status == 200)
            #expect(try bench.ask("GET", "/farms/50%25").status == 200)
            #expect(try bench.ask("GET", "http://localhost/farms").status == 200)
            #expect(try bench.ask("GET", "/farms/" + String(repeating: "x", count: 4_000)).status == 500)
            #expect(try bench.ask("GET", "/farms/" + String(repeating: "x", count: 40_000)).status == 431)
        }
    }

    static let garbage: [String] = [
        "\r\n\r\n\r\nx\r\n\r\n", "GET\r\n\r\n", "GET /farms\r\n\r\n", "GET /farms HTTP/9.9\r\n\r\n",
        "GET /farms HTTP/1.1\r\nKey HoLa\r\n\r\n", "GET /farms HTTP/1.1\r\n: x\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET /farms/ñ HTTP/1.1\r\nKey: HoLa\r\n\r\n", "POST /farms HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /farms HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /farms HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /farms HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ]

    @Test("What is no HTTP is refused, and the connection ends", arguments: garbage)
    func noHTTP(text: String) async throws {
        try await Self.with { bench in
            let client = try bench.client()
            try client.send(text)
            let answer = try client.answer()
            #expect(answer.status == 400 && answer.body.isEmpty)
            #expect(client.isClosed())
        }
    }

    @Test("Heads and bodies that are too long are refused, and say so before they are read")
    func tooLong() async throws {
        var limits = ServerLimits()
        limits.body = 10_000
        limits.head = 2_000
        try await Self.with(limits: limits) { bench in
            let heads = [
                "GET /farms HTTP/1.1\r\nX: \(String(repeating: "x", count: 3_000))\r\n\r\n",
                "GET /farms HTTP/1.1\r\n" + (0..<200).map { "X\($0): 1\r\n" }.joined() + "\r\n",
                "GET /farms HTTP/1.1\r\nX: \(String(repeating: "x", count: 3_000))",
            ]
            for head in heads {
                let client = try bench.client()
                try client.send(head)
                #expect(try client.answer().status == 431)
                #expect(client.isClosed())
            }
            let announced = try bench.client()
            try announced.send("POST /farms HTTP/1.1\r\nKey: HoLa\r\nContent-Length: 2147483647\r\n\r\n")
            #expect(try announced.answer().status == 413)
            let chunked = try bench.client()
            try chunked.send("POST /farms HTTP/1.1\r\nKey: HoLa\r\nTransfer-Encoding: chunked\r\n\r\n")
            try? chunked.send("4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n")
            let answer = try chunked.answer()
            #expect(answer.status == 413 && answer.headers["connection"] == "close")
            #expect(try bench.ask("GET", "/farms").status == 200)
        }
    }

    @Test("A client that sends much more than is wanted still reads why")
    func lingering() async throws {
        try await Self.with { bench in
            for _ in 0..<20 {
                let client = try bench.client()
                try client.send("POST /farms HTTP/1.1\r\nKey: no\r\nContent-Length: 3000000\r\n\r\n")
                try client.send([UInt8](repeating: 0x20, count: 3_000_000))
                #expect(try client.answer().status == 401)
            }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Limits")
struct LimitTests {
    static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    @Test("An oversized frame is answered in its place, and the connection goes on", arguments: SocketRole.allCases)
    func oversized(socket: SocketRole) {
        let bench = Bench(limits: Self.limits { ($0.frame, $0.readOnlyFrame) = (2_000, 1_000) })
        let client = bench.connect(socket: socket)
        let length = socket == .full ? 2_001 : 1_001
        client.send(bytes: Frame.encode(Array(call("ping").utf8)) + Frame.encode([UInt8](repeating: 32, count: length)))
        client.send(call("ping", id: "2"))
        #expect(client.replies.count == 3)
        #expect(client.replies[1...].first.flatMap(ReplyError.init) == ReplyError(id: nil, code: -32007, kind: "limit"))
        #expect(client.replies.last == result(#""pong""#, id: "2"))
        #expect(bench.server.inputHeld == 0)
    }

    @Test("Input of all clients is bounded: the frame that does not fit is busy, small ones get through")
    func inputBudget() {
        let bench = Bench(limits: Self.limits { $0.input = 100_000 })
        let hog = bench.connect()
        let big = Frame.encode(Array(call("echo", "[\"\(String(repeating: "x", count: 90_000))\"]").utf8))
        hog.send(bytes: Array(big.prefix(80_000)))
        let second = bench.connect()
        second.send(bytes: Array(big.prefix(50_000)))
        #expect(second.replies.map { ReplyError($0) } == [ReplyError(id: nil, code: -32008, kind: "busy")])
        second.send(bytes: Array(big.dropFirst(50_000)))
        second.send(call("ping"))
        #expect(second.replies.last == result(#""pong""#), "in step with the stream")
        hog.send(bytes: Array(big.dropFirst(80_000)))
        #expect(hog.replies.count == 1 && ReplyError(hog.replies[0]) == nil)
        #expect(bench.server.inputHeld == 0)
    }

    @Test("What a client that left was holding is given back")
    func inputOfTheGone() {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("change"), call("echo"))
        client.send(bytes: [0, 0, 1, 0, 32])
        #expect(bench.server.inputHeld > 0)
        client.connection?.closed()
        #expect(bench.server.inputHeld == 0)
        bench.answerChange()
        bench.clock.settle()
        #expect(bench.server.connectionCount == 0 && bench.server.inputHeld == 0)
        #expect(client.replies.isEmpty)
    }

    @Test("A client that does not read waits, with bounded output, and is dropped when it goes on")
    func notReading() {
        let bench = Bench(limits: Self.limits { $0.outputPause = 10_000 })
        let client = bench.connect()
        client.transport.room = 0
        for _ in 0..<100 { client.send(call("big", "[5000]")) }
        let other = bench.connect()
        other.send(call("ping"))
        #expect(other.replies.count == 1)
        #expect(client.transport.isClosed == false)
        client.read(12_000)
        bench.clock.advance(seconds: 8)
        client.read()
        #expect(client.replies.count == 100, "patience: it reads at last")
        client.transport.room = 0
        client.send(call("big", "[5000]"))
        bench.clock.advance(seconds: 9)
        #expect(!client.transport.isClosed)
        bench.clock.advance(seconds: 3)
        #expect(client.transport.isClosed)
        #expect(bench.server.connectionCount == 1)
        #expect(bench.log.count == 1)
    }

    @Test("Reading pauses while too many requests wait, and goes on afterwards")
    func inputPause() {
        let bench = Bench(limits: Self.limits { $0.inputPause = 1_000 })
        let client = bench.connect()
        for index in 0..<20 { client.send(call("change", id: "\(index)")) }
        #expect(!client.transport.isReading)
        while !bench.changes.isEmpty { bench.answerChange() }
        bench.clock.settle()
        #expect(client.transport.isReading)
        #expect(client.replies.count == 20)
    }

    @Test("A flood of empty frames is not free")
    func emptyFrames() {
        let bench = Bench(limits: Self.limits { $0.inputPause = 10_000 })
        let client = bench.connect()
        client.send(call("change"), call("echo"))
        client.send(bytes: [UInt8](repeating: 0, count: 4 * 100))
        #expect(!client.transport.isReading)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies.count == 102)
    }

    @Test("An unfinished frame may not last for ever")
    func unfinished() {
        let bench = Bench()
        let client = bench.connect()
        client.send(bytes: [0, 0, 0, 9, 123])
        bench.clock.advance(seconds: 29)
        #expect(!client.transport.isClosed)
        bench.clock.advance(seconds: 3)
        #expect(client.transport.isClosed)
        #expect(bench.server.inputHeld == 0)
        let idle = bench.connect()
        idle.send(call("ping"))
        bench.clock.advance(seconds: 1_000)
        #expect(!idle.transport.isClosed, "one that has asked nothing may stay")
    }

    @Test("No reply, and no batch of replies, is longer than the limit")
    func replies() {
        let bench = Bench(limits: Self.limits { $0.reply = 10_000 })
        let client = bench.connect()
        client.send(call("big", "[9000]"), call("big", "[10001]"))
        #expect(client.replies.count == 2)
        #expect(client.replies.last.flatMap(ReplyError.init)?.kind == "limit")
        let members = (0..<10).map { call("big", "[3000]", id: "\($0)") }
        client.send("[\(members.joined(separator: ","))]")
        let batch = client.replies.last ?? ""
        #expect(batch.utf8.count <= 10_000)
        #expect(batch.hasPrefix("[" + result("\"xxx", id: "0").dropLast()))
        #expect(batch.contains("\"limit\"") && batch.contains("\"id\":9"))
    }

    @Test("Connections: a limit for all, one for each user but root")
    func connections() {
        let bench = Bench(
            limits: Self.limits { ($0.connections, $0.connectionsPerUser, $0.connectionsKept) = (5, 2, 0) })
        let first = bench.connect(user: 7)
        _ = bench.connect(user: 7)
        let third = bench.connect(user: 7)
        #expect(third.connection == nil && third.transport.isClosed)
        #expect(third.replies.first.flatMap(ReplyError.init)?.kind == "limit")
        #expect(bench.connect(user: 8).connection != nil)
        #expect(bench.connect().connection != nil && bench.connect().connection != nil)
        #expect(bench.connect().connection == nil, "no place at all")
        first.connection?.closed()
        first.connection?.closed()
        #expect(bench.connect(user: 7).connection != nil)
        #expect(bench.server.connectionCount == 5)
    }

    @Test("When all places are taken, administrators still get in, on the full socket")
    func keptPlaces() {
        let bench = Bench(limits: Self.limits { ($0.connections, $0.connectionsKept) = (3, 2) })
        for _ in 0..<3 { #expect(bench.connect(socket: .readOnly).connection != nil) }
        #expect(bench.connect(socket: .readOnly).connection == nil)
        #expect(bench.connect(user: 500).connection == nil, "an operator")
        let administrator = bench.connect(user: 900)
        #expect(administrator.connection != nil)
        administrator.send(call("ping"))
        #expect(administrator.replies == [result(#""pong""#)])
        #expect(bench.connect().connection != nil)
        #expect(bench.connect().connection == nil)
    }

    @Test("A busy client does not keep others from their turn")
    func fairness() {
        let bench = Bench()
        let busy = bench.connect()
        let frames = (0..<1_000).flatMap { Frame.encode(Array(call("change", id: "\($0)").utf8)) }
        busy.connection?.receive((frames + Frame.encode(Array(call("change").utf8)))[...])
        #expect(bench.changes.count == 1_001)
        busy.connection?.receive(frames[...])
        #expect(bench.changes.count == Server.changesPerConnection)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Connections")
struct ConnectionTests {
    @Test("Any split of the bytes gives the same replies", arguments: 1...40)
    func splits(seed: Int) {
        let bench = Bench()
        let client = bench.connect()
        var random = SplitMix(seed: UInt64(seed))
        let stream =
            Frame.encode(Array(call("ping").utf8)) + Frame.encode([]) + Frame.encode(Array("[]".utf8))
            + Frame.encode(Array("[\(call("echo", "[1]")),\(call("ping", id: nil))]".utf8))
            + Frame.encode(Array(call("echo", "{\"a\":\"b\"}", id: "\"z\"").utf8))
        var rest = stream[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...(seed % 2 == 0 ? 3 : 60), using: &random))
            client.connection?.receive(part)
            rest = rest.dropFirst(part.count)
        }
        bench.clock.settle()
        #expect(client.replies.count == 5)
        #expect(client.replies[0] == result(#""pong""#))
        #expect(client.replies[3] == "[" + result("[1]") + "]")
        #expect(client.replies[4] == result(#"{"a":"b"}"#, id: "\"z\""))
        #expect(bench.server.inputHeld == 0)
    }

    @Test("Bytes without meaning never end the server, and never leave anything behind", arguments: 1...60)
    func noise(seed: Int) {
        let bench = Bench(limits: LimitTests.limits { ($0.frame, $0.input) = (300, 2_000) })
        var random = SplitMix(seed: UInt64(seed))
        let client = bench.connect()
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes = [0, 0, 0, UInt8(bytes.count)] + bytes }
            client.send(bytes: bytes)
        }
        for reply in client.replies { #expect(ReplyError(reply) != nil, "\(reply)") }
        client.connection?.closed()
        #expect(bench.server.inputHeld == 0 && bench.server.connectionCount == 0)
    }

    @Test("Who ends its side still gets its answers")
    func halfClosed() {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("change"), call("echo", "[1]", id: "2"))
        client.send(bytes: [0, 0, 0])
        client.connection?.endOfInput()
        #expect(!client.transport.isClosed)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies.count == 2 && client.transport.isClosed)
        #expect(bench.server.connectionCount == 0 && bench.server.inputHeld == 0)
    }

    @Test("Who ends its side with nothing asked is gone at once")
    func closedAtOnce() {
        let bench = Bench()
        let client = bench.connect()
        client.connection?.endOfInput()
        #expect(client.transport.isClosed && bench.server.connectionCount == 0)
    }

    @Test("At the end: what is under way is answered, new changes are not begun")
    func stop() {
        let bench = Bench()
        let client = bench.connect()
        let idle = bench.connect()
        client.send(call("change"))
        var isStopped = false
        bench.server.stop(lastWords: 0, grace: 2_000) { isStopped = true }
        #expect(idle.transport.isClosed && !isStopped)
        #expect(bench.connect().connection == nil)
        client.send(call("change", id: "2"))
        #expect(bench.changes.count == 1)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies == [result(#""done""#)])
        #expect(client.transport.isClosed && isStopped)
    }

    @Test("Who is connected at the end may still ask, for a moment; nobody new is taken")
    func lastWords() {
        let bench = Bench()
        let client = bench.connect()
        var isStopped = false
        bench.server.stop(lastWords: 300, grace: 2_000) { isStopped = true }
        #expect(bench.connect().connection == nil)
        client.send(call("ping"))
        bench.clock.settle()
        #expect(client.replies.count == 1 && !client.transport.isClosed && !isStopped)
        client.send(call("ping", id: "2"))
        bench.clock.settle()
        #expect(client.replies.count == 2)
        bench.clock.advance(seconds: 1)
        #expect(client.transport.isClosed && isStopped)
    }

    @Test("Without clients the end comes at once")
    func stopAlone() {
        let bench = Bench()
        var isStopped = false
        bench.server.stop(lastWords: 300, grace: 2_000) { isStopped = true }
        #expect(isStopped)
    }

    @Test("The end comes also when a client does not read")
    func stopWithoutReader() {
        let bench = Bench()
        let client = bench.connect()
        client.transport.room = 0
        client.send(call("ping"))
        var isStopped = false
        bench.server.stop(lastWords: 0, grace: 2_000) { isStopped = true }
        #expect(!isStopped)
        bench.clock.advance(seconds: 2)
        #expect(isStopped && client.transport.isClosed)
    }

    @Test("Roles: by user and groups on the full socket, reader for all on the other")
    func roles() {
        var table = Authorization(daemonUser: 900, daemonGroup: 901)
        table.users[500] = .operator
        table.groups[600] = .operator
        func role(_ user: UInt32, _ group: UInt32, _ groups: [UInt32] = [], _ socket: SocketRole = .full) -> Role {
            table.role(of: Peer(user: user, group: group, groups: groups, process: 1), on: socket)
        }
        #expect(role(0, 0) == .administrator)
        #expect(role(900, 5) == .administrator)
        #expect(role(5, 901) == .administrator)
        #expect(role(5, 5, [7, 901]) == .administrator)
        #expect(role(500, 5) == .operator)
        #expect(role(5, 600) == .operator)
        #expect(role(500, 5, [901]) == .administrator)
        #expect(role(5, 0) == .reader, "the group of root is nobody's role")
        #expect(role(5, 5) == .reader)
        #expect(role(0, 0, [], .readOnly) == .reader)
        #expect(Authorization(daemonUser: 0, daemonGroup: 0).users == [0: .administrator], "a daemon that is root")
    }

    @Test("Each method is refused below its role, before its parameters are looked at")
    func methodRoles() {
        let bench = Bench()
        let reader = bench.connect(user: 5)
        reader.send(call("change", "[]"), call("secret", id: "2"), call("echo", id: "3"))
        #expect(reader.replies.prefix(2).map { ReplyError($0)?.kind } == ["not-permitted", "not-permitted"])
        #expect(reader.replies.last == result("null", id: "3"))
        let operators = bench.connect(user: 500)
        operators.send(call("secret"), call("change", id: "2"))
        #expect(ReplyError(operators.replies[0])?.kind == "not-permitted")
        #expect(bench.changes.count == 1)
        let root = bench.connect(socket: .readOnly)
        root.send(call("change"))
        #expect(ReplyError(root.replies[0]) == ReplyError(id: 1, code: -32006, kind: "not-permitted"))
    }
}

/// A generator whose seed a failing test can name (splitmix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

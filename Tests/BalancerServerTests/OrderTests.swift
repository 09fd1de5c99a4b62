// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Order of replies")
struct OrderTests {
    @Test("Pipelined changes are under way together, and answered in order")
    func pipelinedChanges() {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("change", "[1]", id: "1"), call("change", "[2]", id: "2"), call("ping", id: "3"))
        #expect(bench.changes.count == 2)
        #expect(client.replies.isEmpty, "the reply to ping waits for its turn")
        let second = bench.changes[1]
        second.answer(.success(.value("second")))
        bench.clock.settle()
        #expect(client.replies.isEmpty)
        bench.changes[0].answer(.success(.value("first")))
        bench.clock.settle()
        #expect(client.replies == [result(#""first""#), result(#""second""#, id: "2"), result(#""pong""#, id: "3")])
        #expect(client.transport.writes == 1, "answers that are ready together leave together")
    }

    @Test("A read sees the changes before it and none behind it")
    func readBetweenChanges() {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("change", id: "1"), call("echo", "[7]", id: "2"), call("change", id: "3"))
        #expect(bench.changes.count == 1)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies == [result(#""done""#), result("[7]", id: "2")])
        #expect(bench.changes.count == 1)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies.count == 3)
    }

    @Test("One client does not wait for the changes of another")
    func otherClients() {
        let bench = Bench()
        let one = bench.connect()
        let other = bench.connect()
        one.send(call("change"))
        other.send(call("echo", "[1]"))
        #expect(other.replies == [result("[1]")])
        #expect(one.replies.isEmpty)
    }

    @Test("While the engine loads, only what may answers; the rest follows in order")
    func loading() {
        let bench = Bench()
        bench.isReady = false
        let client = bench.connect()
        client.send(call("ping"), call("state", id: "2"), call("echo", id: "3"), call("ping", id: "4"))
        #expect(client.replies == [result(#""pong""#), result(#""settled""#, id: "2")])
        bench.isReady = true
        bench.server.becameReady()
        bench.clock.settle()
        #expect(client.replies.count == 4)
    }

    @Test("Batches: answers in the order of the members, none for notifications, refused members have theirs")
    func batches() {
        let bench = Bench()
        let client = bench.connect()
        client.send(
            "[\(call("change")),\(call("ping", id: nil)),3,\(call("none", id: "\"a\"")),\(call("ping", id: "2"))]")
        #expect(client.replies.isEmpty)
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies.count == 1)
        let reply = client.replies.first ?? ""
        #expect(reply.hasPrefix("[" + result(#""done""#) + ","))
        #expect(reply.hasSuffix("," + result(#""pong""#, id: "2") + "]"))
        #expect(reply.contains("-32600") && reply.contains(#""id":"a","error":{"code":-32601"#))
    }

    @Test("Nothing answers notifications, alone or in a batch, not even errors")
    func notifications() {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("ping", id: nil), call("none", id: nil), "[\(call("ping", id: nil)),\(call("x", id: nil))]")
        client.send(call("change", id: nil))
        bench.answerChange()
        client.send(call("ping"))
        #expect(client.replies == [result(#""pong""#)])
    }

    @Test(
        "What is not a request is answered in its place",
        arguments: [
            ("{", -32700), ("", -32700), ("[]", -32600), ("3", -32600),
            (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        ])
    func unusable(text: String, code: Int64) {
        let bench = Bench()
        let client = bench.connect()
        client.send(call("change"), text, call("ping", id: "2"))
        bench.answerChange()
        bench.clock.settle()
        #expect(client.replies.count == 3)
        #expect(client.replies.dropFirst().first.flatMap(ReplyError.init)?.code == code)
    }
}

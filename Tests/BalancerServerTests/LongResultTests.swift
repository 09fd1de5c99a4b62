// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Long results")
struct LongResultTests {
    private let bench = Bench()

    private func numbers(_ count: Int) -> String {
        "[" + (0..<count).map(String.init).joined(separator: ",") + "]"
    }

    /// Sends without taking turns.
    private func ask(_ client: Client, _ payloads: String...) {
        client.connection?.receive(payloads.flatMap { Frame.encode(Array($0.utf8)) }[...])
    }

    @Test("A short one is there at once; a long one comes in many turns, and others are answered between them")
    func others() {
        let (client, other) = (bench.connect(), bench.connect())
        ask(client, call("list", "[10]"))
        #expect(client.replies == [result(numbers(10))])
        bench.clock.tick = 1_000
        ask(client, call("list", "[50000]", id: "2"), call("ping", id: "3"))
        var turns = 0
        while client.replies.count < 2 {
            bench.clock.turn()
            turns += 1
            ask(other, call("ping"))
            #expect(other.replies.count == turns)
        }
        #expect(turns > 20)
        bench.clock.settle()
        #expect(client.replies[1] == result(numbers(50_000), id: "2"))
        #expect(client.replies[2] == result(#""pong""#, id: "3"))
    }

    @Test("Nothing after it on the same connection is answered before it")
    func order() {
        bench.clock.tick = 1_000
        let client = bench.connect()
        ask(client, call("list", "[5000]"), call("list", "[3]", id: "2"))
        bench.clock.turn()
        #expect(bench.made > 0 && bench.made < 5_000 && client.replies.isEmpty)
        bench.clock.settle()
        #expect(client.replies == [result(numbers(5_000)), result(numbers(3), id: "2")])
    }

    @Test("Of a client that has gone nothing more is made, and the next one has its turn")
    func gone() {
        bench.clock.tick = 1_000
        let (client, other) = (bench.connect(), bench.connect())
        ask(client, call("list", "[50000]"))
        ask(other, call("list", "[1000]"))
        client.connection?.closed()
        let before = bench.made
        bench.clock.settle()
        #expect(client.replies.isEmpty && other.replies == [result(numbers(1_000))])
        #expect(bench.made <= before + 1_000)
    }

    @Test("One that is longer than a reply may be is refused as soon as that is known")
    func tooLong() {
        var limits = Limits()
        limits.reply = 10_000
        let bench = Bench(limits: limits)
        let client = bench.connect()
        client.send(call("list", "[1000000]"))
        #expect(client.replies.count == 1)
        #expect(ReplyError(client.replies[0]) == ReplyError(id: 1, code: -32007, kind: "limit"))
        #expect(bench.made < 3_000)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Large frames")
struct LargeFrameTests {
    private let bench = Bench()

    private func large(_ id: String, values: Int = 100_000) -> [UInt8] {
        Array(call("echo", "[[\(Array(repeating: "1", count: values).joined(separator: ","))]]", id: id).utf8)
    }

    @Test("They are read in many turns, and others are answered between them")
    func others() {
        bench.clock.tick = 100_000
        let (one, two, other) = (bench.connect(), bench.connect(), bench.connect())
        one.connection?.receive(Frame.encode(large("1"))[...])
        two.connection?.receive(Frame.encode(large("2"))[...])
        var turns = 0
        while one.replies.isEmpty || two.replies.isEmpty {
            bench.clock.turn()
            turns += 1
            if turns < 3 { #expect(one.replies.isEmpty && two.replies.isEmpty) }
            other.connection?.receive(Frame.encode(Array(call("ping").utf8))[...])
            #expect(other.replies.count == turns)
        }
        #expect(turns > 4)
        bench.clock.settle()
        for client in [one, two] { #expect(client.replies.count == 1 && ReplyError(client.replies[0]) == nil) }
        #expect(bench.server.inputHeld == 0)
    }

    @Test("What follows on the same connection waits its turn; what is no JSON is said in its place")
    func order() {
        bench.clock.tick = 100_000
        let client = bench.connect()
        let noise = [UInt8](repeating: UInt8(ascii: "["), count: 60) + [UInt8](repeating: 120, count: 100_000)
        client.send(
            bytes: Frame.encode(large("1")) + Frame.encode(Array(call("ping", id: "2").utf8)) + Frame.encode(noise)
                + Frame.encode(large("4")) + Frame.encode(Array(call("ping", id: "5").utf8)))
        bench.clock.settle()
        #expect(client.replies.count == 5)
        #expect(client.replies[1] == result(#""pong""#, id: "2"))
        #expect(ReplyError(client.replies[2])?.code == -32700)
        #expect(client.replies[4] == result(#""pong""#, id: "5"))
        #expect(bench.server.inputHeld == 0)
    }

    @Test("Whoever goes in the middle takes nothing with them")
    func gone() {
        bench.clock.tick = 100_000
        let (one, two) = (bench.connect(), bench.connect())
        one.connection?.receive((Frame.encode(large("1")) + Frame.encode(large("2")))[...])
        two.connection?.receive(Frame.encode(large("3"))[...])
        bench.clock.turn()
        one.connection?.closed()
        bench.clock.settle()
        #expect(one.replies.isEmpty && two.replies.count == 1)
        #expect(bench.server.inputHeld == 0)
    }

    @Test("Values, elements and members without end are refused before they are kept")
    func tooMuch() {
        let client = bench.connect()
        let members = (0...10_000).map { "\"\($0)\":1" }.joined(separator: ",")
        client.send(call("echo", "[{\(members)}]"))
        bench.clock.settle()
        #expect(ReplyError(client.replies[0])?.code == -32700)
        #expect(client.replies[0].contains("members"))
    }
}

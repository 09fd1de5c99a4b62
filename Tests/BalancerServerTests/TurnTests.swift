// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import Testing

@testable import BalancerServer

@Suite("Turns of the loop")
struct TurnTests {
    @Test("Many that ask for much have one turn together, in order; everybody is answered")
    func shared() {
        let bench = Bench()
        // Each look at the clock is a millisecond: a call takes some of them.
        bench.clock.tick = 1_000_000
        let clients = (0..<20).map { _ in bench.connect() }
        let calls = (0..<10).flatMap { Frame.encode(Array(call("big", "[2000]", id: "\($0)").utf8)) }
        for client in clients { client.connection?.receive(calls[...]) }
        var counts = clients.map(\.replies.count)
        #expect(counts.reduce(0, +) <= 30, "\(counts)")
        var turns = 0
        while clients.contains(where: { $0.replies.count < 10 }) {
            bench.clock.turn()
            let now = clients.map(\.replies.count)
            // None takes the turns of all.
            #expect(zip(now, counts).map { $0 - $1 }.reduce(0, +) <= 10)
            counts = now
            turns += 1
            if turns > 1000 { break }
        }
        #expect(counts.allSatisfy { $0 == 10 })
        #expect(turns > 20)
    }
}

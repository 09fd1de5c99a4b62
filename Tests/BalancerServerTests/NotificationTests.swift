// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@testable import BalancerServer

@Suite("Notifications between answers")
struct NotificationTests {
    /// Numbers from 1 to `end`, and how many were taken.
    private final class Numbers: NotificationSource {
        var end = 0
        private(set) var taken = 0

        func next() -> Request? {
            guard taken < end else { return nil }
            taken += 1
            return Request(id: nil, method: "number", parameters: .named(["n": .integer(taken)]))
        }
    }

    private final class Scene {
        let numbers = Numbers()
        let clock = ManualClock()
        private(set) var server: Server!
        var changes: [Router.Answer] = []

        init(limits: Limits = Limits()) {
            let routes: [String: Router.Route] = [
                "watch": .init(role: .reader, order: .stream) { [unowned self] _, caller, answer in
                    answer(.success(.value(.bool(caller.subscribe?(numbers) ?? false))))
                },
                "ping": .init(role: .reader, order: .anytime) { _, _, answer in answer(.success(.value("pong"))) },
                "change": .init(role: .operator, order: .change) { [unowned self] _, _, answer in
                    changes.append(answer)
                },
            ]
            server = Server(
                router: Router(routes: routes), isReady: { true }, clock: clock,
                authorization: Authorization(daemonUser: 900, daemonGroup: 900), limits: limits, log: { _ in })
        }

        func connect() -> Client {
            let transport = MemoryTransport()
            return Client(transport: transport, connection: server.accept(transport), clock: clock)
        }

        func happen(_ count: Int) {
            numbers.end += count
            server.notifyWatchers()
            clock.settle()
        }
    }

    private func number(_ n: Int) -> String { #"{"jsonrpc":"2.0","method":"number","params":{"n":\#(n)}}"# }

    @Test("they come behind the answer that opened them, in order, and other calls are answered as ever")
    func order() {
        let scene = Scene()
        let client = scene.connect()
        scene.numbers.end = 2
        client.send(call("change", id: "1"), call("watch", id: "2"))
        #expect(client.replies.isEmpty)
        scene.happen(1)
        #expect(client.replies.isEmpty)
        scene.changes.removeFirst()(.success(.value("done")))
        scene.clock.settle()
        #expect(
            client.replies == [
                result(#""done""#, id: "1"), result("true", id: "2"), number(1), number(2), number(3),
            ])
        client.send(call("ping", id: "3"))
        scene.happen(1)
        #expect(client.replies.suffix(2) == [result(#""pong""#, id: "3"), number(4)])
    }

    @Test("one stream for each connection; who never asked gets nothing")
    func second() {
        let scene = Scene()
        let (client, other) = (scene.connect(), scene.connect())
        client.send(call("watch", id: "1"), call("watch", id: "2"))
        #expect(client.replies == [result("true", id: "1"), result("false", id: "2")])
        scene.happen(1)
        #expect(client.replies.count == 3 && other.replies.isEmpty)
    }

    @Test("a watcher that does not read is left alone: little is taken for it, and all comes once it reads")
    func slow() {
        let scene = Scene()
        let client = scene.connect()
        client.send(call("watch"))
        client.transport.room = 0
        scene.happen(100_000)
        #expect(scene.numbers.taken < 2_000)
        let other = scene.connect()
        other.send(call("ping"))
        #expect(other.replies.count == 1)
        client.read()
        #expect(scene.numbers.taken == 100_000)
        #expect(client.replies.count == 100_001 && client.replies.last == number(100_000))
    }

    @Test("one that reads nothing for too long is dropped; the end of the server does not wait for a stream")
    func ends() {
        let scene = Scene()
        let (slow, client) = (scene.connect(), scene.connect())
        slow.send(call("watch"))
        slow.transport.room = 0
        scene.happen(10)
        // Both take from the same numbers: the other one comes when there are none left.
        client.send(call("watch"))
        scene.clock.advance(seconds: 3_600)
        #expect(slow.transport.isClosed && !client.transport.isClosed)
        var isStopped = false
        scene.server.stop(lastWords: 0, grace: 60_000) { isStopped = true }
        #expect(isStopped && client.transport.isClosed)
    }
}

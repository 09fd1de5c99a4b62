// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON

@testable import BalancerServer

/// The real server over the real engine, with a kernel and a store in memory.
final class EngineBench {
    let scheduler = FakeScheduler()
    let clock = ManualClock()
    let kernel: FakeKernel
    let store: FakeStore
    let engine: Engine
    let server: Server

    init(limits: Limits = Limits(), isHeld: Bool = false, isStarted: Bool = true) {
        kernel = FakeKernel(scheduler: scheduler)
        store = FakeStore(scheduler: scheduler)
        engine = Engine(kernel: kernel, store: store, scheduler: scheduler)
        var authorization = Authorization(daemonUser: 900, daemonGroup: 900)
        authorization.users[500] = .operator
        server = Server(
            engine: engine, clock: clock, authorization: authorization, limits: limits, isHeld: isHeld)
        if isStarted { start() }
    }

    func start() {
        engine.start { _ in }
        settle()
    }

    /// Turns both clocks until nothing happens any more.
    func settle() {
        for _ in 0..<10 {
            scheduler.run()
            clock.settle()
        }
    }

    func connect(user: UInt32 = 0, socket: SocketRole = .full) -> Client {
        let transport = MemoryTransport(user: user, socket: socket)
        return Client(transport: transport, connection: server.accept(transport), clock: clock)
    }

    /// One request on a connection of its own, and its reply.
    func ask(
        _ method: String, _ parameters: String? = nil, user: UInt32 = 0, socket: SocketRole = .full
    ) -> String {
        let client = connect(user: user, socket: socket)
        client.send(call(method, parameters))
        settle()
        defer { client.connection?.closed() }
        return client.replies.first ?? ""
    }

    /// The result of a request.
    func result(_ method: String, _ parameters: String? = nil, user: UInt32 = 0) -> JSONValue {
        let reply = try? JSONValue(parsing: Array(ask(method, parameters, user: user).utf8))
        return reply?.object?["result"] ?? nil
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import EngineSupport
import JSON
import Testing

@testable import BalancerServer

@Suite("Examples of the protocol")
struct ExampleTests {
    /// A whole daemon in memory, ready, with a configuration.
    final class Daemon {
        let scheduler = FakeScheduler()
        let clock = ManualClock()
        let engine: Engine
        let server: Server
        private let transport = MemoryTransport()
        private var connection: Connection?

        init(configuration: String, change: String? = nil) {
            let engine = Engine(
                kernel: FakeKernel(scheduler: scheduler), store: FakeStore(scheduler: scheduler), scheduler: scheduler)
            self.engine = engine
            engine.start { _ in }
            let authorization = Authorization(daemonUser: 900, daemonGroup: 900)
            server = Server(engine: engine, clock: clock, authorization: authorization)
            connection = server.accept(transport)
            run()
            if configuration != "{}" { _ = answer("configuration.apply", #"{"configuration":\#(configuration)}"#) }
            if let change { _ = answer("configuration.apply", change) }
        }

        /// What the daemon answers to one request: the text of its member `result` or `error`.
        func answer(_ method: String, _ parameters: String?) -> String {
            connection?.receive(Frame.encode(Array(call(method, parameters).utf8))[...])
            run()
            let reply = transport.replies.last.flatMap { try? JSONValue(parsing: Array($0.utf8)) }?.object
            let value = reply?["result"] ?? reply?["error"] ?? .null
            return String(decoding: value.serialized(), as: UTF8.self)
        }

        private func run() {
            for _ in 0..<5 {
                scheduler.run()
                clock.settle()
            }
        }
    }

    static let all = MethodCatalog.all.flatMap { method in method.examples.map { (method.name, $0) } }

    @Test("A daemon answers every example as it says", arguments: all.indices)
    func answers(index: Int) throws {
        let (method, example) = Self.all[index]
        let daemon = Daemon(configuration: example.configuration, change: example.change)
        let answer = daemon.answer(method, example.parameters)
        switch example.answer {
        case .result(let expected), .error(let expected):
            #expect(answer == expected, "\(method): \(example.name)")
        case .resultLike(let expected):
            let (found, form) = (try Self.members(answer), try Self.members(expected))
            for (key, value) in form {
                let kind = try #require(found[key], "\(method): \(example.name): \(key)").kind
                #expect(kind == value.kind, "\(method): \(example.name): \(key)")
            }
        }
    }

    private static func members(_ text: String) throws -> JSONObject {
        try #require(try JSONValue(parsing: Array(text.utf8)).object)
    }
}

extension JSONValue {
    /// The type of a value.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

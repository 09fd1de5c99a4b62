// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import Foundation
import JSON
import ScriptedServer
import Synchronization
import Testing

@testable import nftlb_http

/// Requests that depend on what is declared, while another program changes something all the time.
@Suite("Changes of others meanwhile", .timeLimit(.minutes(5)))
struct RaceTests {
    /// It takes an address from the farm `x`, whose address it becomes of both.
    private static let body = #"{"farms":[{"name":"y","addresses":[{"name":"v"}]}]}"#

    /// A daemon where a change came between whenever one is bound to a revision.
    private final class BusyDaemon: Sendable {
        private let revision = Mutex<Int64>(0)
        /// The port of the address at a revision.
        private let port: @Sendable (Int64) -> Int64

        init(port: @escaping @Sendable (Int64) -> Int64) { self.port = port }

        func answer(_ request: Request) -> ScriptedServer.Answer {
            let revision = revision.withLock { revision in
                revision += 1
                return revision
            }
            switch request.method {
            case ConfigurationGet.name:
                let address: JSONValue = ["name": "v", "ip-addr": "192.0.2.1", "ports": [.integer(port(revision))]]
                let farms: JSONValue = [["name": "x", "addresses": [address]]]
                return .result(["revision": .integer(revision), "configuration": ["farms": farms]])
            case ConfigurationApply.name where Self.isBound(request):
                return .error(
                    RPCError(code: -32_000, message: "no", details: .init(kind: .conflict, reason: "another revision")))
            case ConfigurationApply.name: return .result(["revision": .integer(revision)])
            default: return .hangUp
            }
        }

        static func isBound(_ request: Request) -> Bool { request.text.contains(#""ifRevision""#) }
    }

    /// What is answered, and of each change that was tried whether it was bound to a revision.
    private static func outcome(
        port: @escaping @Sendable (Int64) -> Int64
    ) async throws -> (answer: RawAnswer, isBound: [Bool], seconds: Double) {
        let daemon = BusyDaemon(port: port)
        let server = try ScriptedServer { daemon.answer($0) }
        let bench = try await Bench(socket: server.path)
        let begin = Date()
        let answer = try await onThread { () throws in try bench.ask("POST", "/farms", body) }
        let tried = server.asked.filter { $0.method == ConfigurationApply.name }
        return (answer, tried.map(BusyDaemon.isBound), Date().timeIntervalSince(begin))
    }

    @Test("What others change elsewhere makes no request fail")
    func unrelated() async throws {
        let outcome = try await Self.outcome { _ in 80 }
        #expect(outcome.answer.status == 200)
        #expect(outcome.isBound == [true, true, true, false])
    }

    @Test("What others change of the same is waited for")
    func sometimes() async throws {
        let outcome = try await Self.outcome { min($0, 12) }
        #expect(outcome.answer.status == 200)
        #expect(outcome.isBound == [true, true, true, true, true, true, true, false])
    }

    @Test("Who changes the same all the time is not overwritten: 503 after some seconds")
    func always() async throws {
        let outcome = try await Self.outcome { $0 }
        #expect(outcome.answer.status == 503)
        #expect(outcome.answer.text.contains("Others change the same all the time, try again"))
        #expect(!outcome.isBound.contains(false))
        #expect(outcome.seconds > 1.5)
    }
}

extension Request {
    fileprivate var text: String { String(decoding: frame, as: UTF8.self) }
}

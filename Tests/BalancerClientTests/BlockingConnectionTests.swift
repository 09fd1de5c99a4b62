// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerProtocol
import JSON
import ScriptedServer
import Testing

@Suite("A connection that waits", .timeLimit(.minutes(10)))
struct BlockingConnectionTests {
    @Test("A method is called with its types")
    func typed() throws {
        let server = try ScriptedServer { _ in
            .result(["version": "9", "name": "x", "apiVersion": 1, "state": "ready", "more": 1])
        }
        let connection = try BlockingConnection(path: server.path, timeout: .seconds(10))
        #expect(try connection.call(ServiceInfo.self).version == "9")
        #expect(server.asked.map(\.method) == ["service.info"] && server.asked[0].parameters == .none)
    }

    @Test("Errors of the daemon, and results that are not the declared ones")
    func refused() throws {
        let server = try ScriptedServer { request in
            request.method == "service.info" ? .result(["version": 9]) : .error(.methodNotFound("m"))
        }
        let connection = try BlockingConnection(path: server.path, timeout: .seconds(10))
        #expect(throws: ClientError.refused(.methodNotFound("m"))) { try connection.call("m") }
        #expect(throws: ClientError.violation("service.info returned 'name': missing")) {
            try connection.call(ServiceInfo.self)
        }
    }

    @Test("Many requests, none waiting for the one before; more bytes than a socket buffers, both ways")
    func pipelining() throws {
        let long = JSONValue.string(String(repeating: "x", count: 3_000))
        let server = try ScriptedServer { request in
            guard case .positional(let values) = request.parameters else { return .silence }
            return .result(.array(values))
        }
        let connection = try BlockingConnection(path: server.path, timeout: .seconds(30))
        let outcomes = try connection.pipeline((0..<2_000).map { ("echo", .positional([.integer($0), long])) })
        #expect(outcomes.count == 2_000)
        #expect(outcomes[1_234] == .result([1_234, long]))
    }

    @Test("Nobody listens")
    func noDaemon() {
        #expect(throws: ClientError.noDaemon(path: "/nowhere/s", reason: "No such file or directory")) {
            _ = try BlockingConnection(path: "/nowhere/s")
        }
        let long = "/" + String(repeating: "x", count: 200)
        #expect(throws: ClientError.self) { _ = try BlockingConnection(path: long) }
    }

    @Test("No answer in time")
    func timeOut() throws {
        let server = try ScriptedServer { _ in .silence }
        let connection = try BlockingConnection(path: server.path, timeout: .milliseconds(50))
        #expect(throws: ClientError.timedOut) { try connection.call("m") }
    }

    @Test("The daemon goes away")
    func closed() throws {
        let server = try ScriptedServer { _ in .hangUp }
        let connection = try BlockingConnection(path: server.path, timeout: .seconds(10))
        #expect(throws: ClientError.closed) { try connection.call("m") }
        #expect(throws: ClientError.closed) { try connection.call("m") }
    }

    @Test("Something else listens there")
    func violation() throws {
        let server = try ScriptedServer { _ in .bytes(Array("HTTP/1.1 400 Bad Request\r\n".utf8)) }
        let connection = try BlockingConnection(path: server.path, timeout: .seconds(10))
        let error = #expect(throws: ClientError.self) { try connection.call("m") }
        guard case .violation = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

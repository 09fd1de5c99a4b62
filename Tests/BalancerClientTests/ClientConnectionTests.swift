// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerProtocol
import JSON
import Testing

@Suite("A client's connection as a value")
struct ClientConnectionTests {
    static func reply(_ id: RequestID, _ result: JSONValue) -> [UInt8] {
        Reply.single(Response(id: id, result: result)).frame() ?? []
    }

    @Test("Requests are numbered, replies in any order find theirs")
    func pipelining() throws {
        var connection = ClientConnection()
        var output: [UInt8] = []
        let numbers = (0..<5).map { connection.send("m\($0)", .positional([.integer($0)]), to: &output) }
        #expect(numbers == [1, 2, 3, 4, 5] && connection.pendingCount == 5)
        #expect(
            String(decoding: output.prefix(60), as: UTF8.self).contains(
                #"{"jsonrpc":"2.0","id":1,"method":"m0","params":[0]}"#))

        var events: [ClientConnection.Event] = []
        for number: UInt64 in [3, 1, 2, 5, 4] {
            events += try connection.receive(Self.reply(.integer(number), .integer(number))[...])
        }
        #expect(events == [3, 1, 2, 5, 4].map { .reply(to: $0, .result(.integer($0))) })
        #expect(connection.isIdle)
    }

    @Test("Any cuts of the stream give the same replies")
    func cuts() throws {
        var stream: [UInt8] = []
        var connection = ClientConnection()
        for number: UInt64 in 1...20 {
            _ = connection.send("m", to: &stream)
            if number == 20 { stream = [] }
        }
        for number: UInt64 in 1...20 { stream += Self.reply(.integer(number), ["n": .integer(number)]) }
        var events: [ClientConnection.Event] = []
        for byte in stream { events += try connection.receive([byte]) }
        #expect(events.count == 20 && connection.isIdle)
    }

    @Test("An error without id belongs to the oldest request: replies come in order")
    func errorWithoutID() throws {
        var connection = ClientConnection()
        var output: [UInt8] = []
        _ = connection.send("a", to: &output)
        _ = connection.send("b", to: &output)
        _ = try connection.receive(Self.reply(.integer(1), true)[...])
        let error = RPCError.oversizedFrame(length: 70_000, limit: 65_536)
        let frame = try #require(Reply.single(Response(id: .null, error: error)).frame())
        #expect(try connection.receive(frame[...]) == [.reply(to: 2, .error(error))])
    }

    @Test("Notifications and batches of replies are told apart")
    func others() throws {
        var connection = ClientConnection()
        var output: [UInt8] = []
        _ = connection.send("a", to: &output)
        _ = connection.send("b", to: &output)
        let notification = Request(id: nil, method: "events.event", parameters: .named(["revision": 5]))
        #expect(try connection.receive(notification.frame[...]) == [.notification(notification)])
        let batch = Reply.batch([Response(id: .integer(2), result: 2), Response(id: .integer(1), result: 1)])
        let frame = try #require(batch.frame())
        #expect(try connection.receive(frame[...]) == [.reply(to: 2, .result(2)), .reply(to: 1, .result(1))])
    }

    @Test(
        "What is not the protocol is a violation",
        arguments: [
            "nonsense", "1", "{}", #"{"jsonrpc":"2.0","id":2,"result":1}"#, #"{"jsonrpc":"2.0","id":"1","result":1}"#,
            #"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}"#,
            #"{"jsonrpc":"2.0","id":1.5,"result":1}"#, #"{"jsonrpc":"2.0","id":1,"method":"m"}"#,
            #"[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":1,"result":1}]"#,
        ])
    func violations(payload: String) {
        var connection = ClientConnection()
        var output: [UInt8] = []
        _ = connection.send("a", to: &output)
        #expect(throws: ClientConnection.Violation.self) {
            try connection.receive(Frame.encode(Array(payload.utf8))[...])
        }
    }

    @Test("A reply beyond the limit is a violation, before it arrives")
    func oversized() {
        var connection = ClientConnection(limit: 1_000)
        #expect(throws: ClientConnection.Violation.self) { try connection.receive([0, 0, 4, 0]) }
    }
}

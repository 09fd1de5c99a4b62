// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import Testing

@Suite("Replies and errors")
struct ReplyTests {
    @Test("Every kind has its own code in the range of servers", arguments: ErrorKind.allCases)
    func codes(kind: ErrorKind) {
        #expect((-32099 ... -32000).contains(RPCError.code(of: kind)))
        #expect(ErrorKind.allCases.count { RPCError.code(of: $0) == RPCError.code(of: kind) } == 1)
    }

    @Test("An error of the model says the kind, the path, the reason and the hint")
    func details() throws {
        let path = try ObjectPath(parsing: "/farms/web/backends/b0/weight")
        let error = RPCError(BalancerError(kind: .invalid, path: path, reason: "too small", hint: "from 1"))
        let text = String(decoding: error.json.serialized(), as: UTF8.self)
        #expect(
            text
                == #"{"code":-32002,"message":"/farms/web/backends/b0/weight: too small","data":{"kind":"invalid","path":"/farms/web/backends/b0/weight","reason":"too small","hint":"from 1"}}"#
        )
        #expect(RPCError(json: error.json) == error)
    }

    @Test("An error of a newer server is read without its kind")
    func unknownKind() throws {
        let json = try JSONValue(
            parsing: Array(#"{"code":-32050,"message":"m","data":{"kind":"new","reason":"r","more":1},"x":2}"#.utf8))
        let error = try #require(RPCError(json: json))
        #expect(error.kind == nil && error.details?.reason == "r" && error.code == -32050)
    }

    @Test("Text that a client sent comes back cut")
    func capped() {
        let error = RPCError.methodNotFound(String(repeating: "é", count: 1_000_000))
        #expect(error.json.serialized().count < 5_000)
    }

    @Test("A result that is too long becomes an error that says to page")
    func oversized() throws {
        let long = Response(id: .integer(1), result: .string(String(repeating: "x", count: 1_000)))
        let frame = try #require(Reply.single(long).frame(limit: 1_000))
        #expect(frame.count < 1_004)
        let text = String(decoding: frame.dropFirst(4), as: UTF8.self)
        #expect(text.hasPrefix(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32007"#) && text.contains("cursor"))
        #expect(Reply.single(long).frame(limit: 1_040)?.count == 1_040)
    }

    @Test("In a batch that is too long, every member gets an answer within the limit")
    func oversizedBatch() throws {
        let limit = 200_000
        let responses = (0..<50).map { number in
            number % 2 == 0
                ? Response(id: .integer(UInt64(number)), result: .string(String(repeating: "x", count: 30_000)))
                : Response(id: .integer(UInt64(number)), error: .parseError(String(repeating: "\u{1}", count: 1_000)))
        }
        let frame = try #require(Reply.batch(responses).frame(limit: limit))
        #expect(frame.count <= limit + Frame.headerLength)
        let members = try #require(try JSONValue(parsing: Array(frame.dropFirst(4))).array)
        #expect(members.compactMap { $0.object?["id"]?.integer } == Array(0..<50))
        #expect(members[0].object?["result"] != nil && members[48].object?["error"] != nil)
    }

    @Test("Responses are read as they are written")
    func responses() {
        for response in [
            Response(id: .null, error: .parseError("x")), Response(id: .string("a"), result: ["b": .null]),
            Response(id: .integer(5), result: .null),
        ] {
            #expect(Response(json: response.json) == response)
        }
        let noResponses: [JSONValue] = [
            ["jsonrpc": "2.0", "id": 1],
            ["jsonrpc": "2.0", "id": 1, "result": 1, "error": ["code": 1, "message": ""]],
            ["jsonrpc": "2.0", "result": 1], ["id": 1, "result": 1], 1,
        ]
        for json in noResponses { #expect(Response(json: json) == nil) }
    }
}

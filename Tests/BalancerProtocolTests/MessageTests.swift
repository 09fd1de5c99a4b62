// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import JSON
import Testing

@Suite("JSON-RPC 2.0")
struct MessageTests {
    /// What a server that knows one method, `echo`, answers to a payload; nil: nothing.
    static func answer(_ text: String) -> String? {
        let reply: Reply
        switch IncomingMessage(parsing: Array(text.utf8)) {
        case .single(let call):
            guard let response = answer(call) else { return nil }
            reply = .single(response)
        case .batch(let calls):
            reply = .batch(calls.compactMap(answer))
        }
        return reply.frame().map { String(decoding: $0.dropFirst(Frame.headerLength), as: UTF8.self) }
    }

    static func answer(_ call: IncomingMessage.Call) -> Response? {
        switch call {
        case .unusable(let response): return response
        case .request(let request):
            guard let id = request.id else { return nil }
            guard request.method == "echo" else { return Response(id: id, error: .methodNotFound(request.method)) }
            switch request.parameters {
            case .none: return Response(id: id, result: .null)
            case .named(let object): return Response(id: id, result: .object(object))
            case .positional(let values): return Response(id: id, result: .array(values))
            }
        }
    }

    @Test(
        "Ids are echoed with their type and spelling, parameters are taken by name and by position",
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#, #"{"jsonrpc":"2.0","id":1,"result":null}"#),
            (#"{"jsonrpc":"2.0","id":"1","method":"echo"}"#, #"{"jsonrpc":"2.0","id":"1","result":null}"#),
            (#"{"jsonrpc":"2.0","id":null,"method":"echo"}"#, #"{"jsonrpc":"2.0","id":null,"result":null}"#),
            (#"{"jsonrpc":"2.0","id":1.50,"method":"echo"}"#, #"{"jsonrpc":"2.0","id":1.50,"result":null}"#),
            (#"{"jsonrpc":"2.0","id":-7e2,"method":"echo"}"#, #"{"jsonrpc":"2.0","id":-7e2,"result":null}"#),
            (
                #"{"jsonrpc":"2.0","id":18446744073709551617,"method":"echo","params":{"a":1}}"#,
                #"{"jsonrpc":"2.0","id":18446744073709551617,"result":{"a":1}}"#
            ),
            (
                #"{"method":"echo","params":[1,"2",null],"id":"","jsonrpc":"2.0"}"#,
                #"{"jsonrpc":"2.0","id":"","result":[1,"2",null]}"#
            ),
        ])
    func requests(request: String, expected: String) {
        #expect(Self.answer(request) == expected)
    }

    @Test(
        "A notification is never answered, not even with an error",
        arguments: [
            #"{"jsonrpc":"2.0","method":"echo"}"#,
            #"{"jsonrpc":"2.0","method":"no.such.method","params":[1]}"#,
            #"[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"no.such.method"}]"#,
        ])
    func notifications(request: String) {
        #expect(Self.answer(request) == nil)
    }

    @Test(
        "What is not a request is answered by its code",
        arguments: [
            ("", -32700, "null"), ("{", -32700, "null"), ("nonsense", -32700, "null"),
            (#"[{"jsonrpc":"2.0","method":"echo","id":1},{"jsonrpc":"2.0","method""#, -32700, "null"),
            (#"{"jsonrpc":"2.0","method":"echo","id":1} x"#, -32700, "null"),
            (#"{"jsonrpc":"2.0","method":"echo","id":1,"id":2}"#, -32700, "null"),
            (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), -32700, "null"),
            ("1", -32600, "null"), ("null", -32600, "null"), (#""echo""#, -32600, "null"), ("{}", -32600, "null"),
            ("[]", -32600, "null"),
            (#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, -32600, "null"),
            (#"{"jsonrpc":"2.0","method":1,"id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"1.0","method":"echo","id":3}"#, -32600, "3"),
            (#"{"jsonrpc":2.0,"method":"echo","id":3}"#, -32600, "3"),
            (#"{"method":"echo","id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"2.0","id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"2.0","method":"echo","params":"x","id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"2.0","method":"echo","params":null,"id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"2.0","method":"echo","id":[1]}"#, -32600, "null"),
            (#"{"jsonrpc":"2.0","method":"echo","id":true}"#, -32600, "null"),
            (#"{"jsonrpc":"2.0","method":"echo","id":"\#(String(repeating: "x", count: 257))"}"#, -32600, "null"),
            (#"{"jsonrpc":"2.0","result":1,"id":3}"#, -32600, "3"),
            (#"{"jsonrpc":"2.0","method":"no.such.method","id":3}"#, -32601, "3"),
        ])
    func errors(request: String, code: Int, id: String) throws {
        let answer = try #require(Self.answer(request))
        #expect(answer.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":""#), "\(answer)")
    }

    @Test("A batch is answered in order, its invalid members one by one, its notifications not at all")
    func batch() throws {
        let answer = try #require(
            Self.answer(
                #"[{"jsonrpc":"2.0","method":"echo","params":[1],"id":"a"},{"jsonrpc":"2.0","method":"echo"},1,{"foo":"bar"},{"jsonrpc":"2.0","method":"none","id":2},{"jsonrpc":"2.0","method":"echo","id":1}]"#
            ))
        let members = try #require(try JSONValue(parsing: Array(answer.utf8)).array)
        #expect(members.map { $0.object?["id"] } == ["a", .null, .null, 2, 1])
        #expect(members.map { $0.object?["error"]?.object?["code"]?.integer } == [nil, -32600, -32600, -32601, nil])
    }

    @Test("A batch has at most 1,000 members")
    func batchLimit() throws {
        let member = #"{"jsonrpc":"2.0","method":"echo","id":1}"#
        let whole = "[" + Array(repeating: member, count: 1_000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: Array(try #require(Self.answer(whole)).utf8)).array?.count == 1_000)
        let more = "[" + Array(repeating: member, count: 1_001).joined(separator: ",") + "]"
        #expect(try #require(Self.answer(more)).contains(#""kind":"limit""#))
    }

    @Test("Messages are read as they are written")
    func roundTrip() {
        let ids: [RequestID?] = [nil, .null, .integer(7), .string("id \"7\""), .number(JSONValue.fraction)]
        let parameters: [RequestParameters] = [.none, .named(["a": ["b", 1, nil]]), .positional([1, true])]
        for id in ids {
            for parameters in parameters {
                let request = Request(id: id, method: "noun.verb", parameters: parameters)
                let payload = Array(request.frame.dropFirst(Frame.headerLength))
                #expect(IncomingMessage(parsing: payload) == .single(.request(request)))
            }
        }
    }
}

extension JSONValue {
    /// A number that is not an integer.
    static var fraction: JSONNumber {
        guard case .number(let number) = try? JSONValue(parsing: Array("1.5e3".utf8)) else {
            fatalError("1.5e3 is a number")
        }
        return number
    }
}

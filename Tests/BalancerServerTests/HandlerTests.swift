// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import EngineSupport
import JSON
import Testing

@testable import BalancerServer

@Suite("Methods over the engine")
struct HandlerTests {
    static let web = """
        {"farms":[{"name":"web","addresses":[{"name":"a","ip-addr":"192.0.2.1","ports":[80]}],\
        "backends":[{"name":"b0","ip-addr":"10.0.0.1","weight":5},{"name":"b1","ip-addr":"10.0.0.2"}]}]}
        """

    @Test("Declared = routed, with the declared role")
    func catalogue() {
        let bench = EngineBench()
        let routes = bench.server.router.routes
        #expect(Set(routes.keys) == Set(MethodCatalog.all.map { $0.name }))
        for method in MethodCatalog.all { #expect(routes[method.name]?.role == method.role) }
    }

    @Test("What is read back and applied with replace changes nothing")
    func roundTrip() {
        let bench = EngineBench()
        #expect(bench.result("configuration.apply", #"{"configuration":\#(Self.web)}"#) == ["revision": 1])
        let read = bench.result("configuration.get").object
        let document = String(decoding: (read?["configuration"] ?? nil).serialized(), as: UTF8.self)
        let applied = bench.result("configuration.apply", #"{"configuration":\#(document),"mode":"replace"}"#)
        #expect(applied == ["revision": 1])
    }

    @Test("Pipelined changes of one connection become one group: one transaction, one durable commit")
    func group() {
        let bench = EngineBench()
        _ = bench.ask("configuration.apply", #"{"configuration":\#(Self.web)}"#)
        let commits = bench.store.commits
        bench.kernel.forgetHistory()
        let client = bench.connect()
        let frames = (1...100).flatMap { weight in
            Frame.encode(
                Array(
                    call(
                        "configuration.apply",
                        #"{"changes":[{"set":{"farms":[{"name":"web","backends":[{"name":"b0","weight":\#(weight)}]}]}}]}"#,
                        id: "\(weight)"
                    ).utf8))
        }
        client.connection?.receive(frames[...])
        bench.settle()
        #expect(client.replies == (1...100).map { result(#"{"revision":\#($0 + 1)}"#, id: "\($0)") })
        #expect(bench.store.commits == commits + 1)
        #expect(bench.kernel.transactions.count <= 1)
    }

    @Test("A change that is refused is answered alone and takes nobody with it")
    func refusedAlone() {
        let bench = EngineBench()
        _ = bench.ask("configuration.apply", #"{"configuration":\#(Self.web)}"#)
        let client = bench.connect()
        func weight(_ value: Int) -> String {
            let farm = #"{"name":"web","backends":[{"name":"b0","weight":\#(value)}]}"#
            return call("configuration.apply", #"{"changes":[{"set":{"farms":[\#(farm)]}}]}"#)
        }
        client.send(weight(2), weight(0), weight(3))
        bench.settle()
        #expect(client.replies.count == 3)
        #expect(client.replies.first == result(#"{"revision":2}"#) && client.replies.last == result(#"{"revision":3}"#))
        #expect(client.replies[1].contains(#""path":"/farms/web/backends/b0/weight""#))
        #expect(client.replies[1].contains(#""kind":"invalid""#))
    }

    @Test("A dry run says what would be sent and changes nothing")
    func dryRun() {
        let bench = EngineBench()
        let answer = bench.result("configuration.apply", #"{"configuration":\#(Self.web),"dryRun":true}"#).object
        #expect(answer?["revision"] == 0)
        #expect(answer?["transaction"]?.string?.contains("192.0.2.1") == true)
        #expect(bench.result("configuration.get").object?["revision"] == 0)
        #expect(bench.kernel.transactions.isEmpty)
    }

    @Test("ifRevision: refused with conflict when something else was faster")
    func conflict() {
        let bench = EngineBench()
        _ = bench.ask("configuration.apply", #"{"configuration":\#(Self.web)}"#)
        let reply = bench.ask("configuration.apply", #"{"configuration":{},"ifRevision":0}"#)
        #expect(ReplyError(reply)?.kind == "conflict")
        #expect(bench.result("configuration.apply", #"{"configuration":{},"ifRevision":1}"#) == ["revision": 1])
    }

    @Test(
        "An operator changes state and weight, and nothing else",
        arguments: [
            (#"{"set":{"farms":[{"name":"web","state":"down"}]}}"#, true),
            (#"{"set":{"farms":[{"name":"web","backends":[{"name":"b0","weight":7,"state":"off"}]}]}}"#, true),
            (#"{"set":{"farms":[{"name":"web","mode":"dnat"}]}}"#, false),
            (#"{"set":{"farms":[{"name":"new"}]}}"#, false),
            (#"{"set":{"farms":[{"name":"web","backends":[{"name":"new","ip-addr":"10.0.0.9"}]}]}}"#, false),
            // Members are made by being named.
            (#"{"set":{"farms":[{"name":"web","policies":[{"name":"spam"}]}]}}"#, false),
            (#"{"set":{"farms":[{"name":"web","addresses":[{"name":"shared"}]}]}}"#, false),
            (#"{"delete":"/farms/web"}"#, false), (#"{"rename":"/farms/web","to":"x"}"#, false),
        ])
    func operators(change: String, isAllowed: Bool) {
        let bench = EngineBench()
        _ = bench.ask("configuration.apply", #"{"configuration":\#(Self.web)}"#)
        _ = bench.ask(
            "configuration.apply",
            #"{"configuration":{"policies":[{"name":"spam"}],"addresses":[{"name":"shared","ip-addr":"192.0.2.77"}]}}"#)
        let reply = bench.ask("configuration.apply", #"{"changes":[\#(change)]}"#, user: 500)
        #expect(reply == (isAllowed ? result(#"{"revision":3}"#) : reply))
        if !isAllowed { #expect(ReplyError(reply)?.kind == "not-permitted", "\(reply)") }
        let whole = bench.ask("configuration.apply", #"{"configuration":{},"mode":"replace"}"#, user: 500)
        #expect(ReplyError(whole)?.kind == "not-permitted")
        let readOnly = bench.ask("configuration.apply", #"{"changes":[\#(change)]}"#, socket: .readOnly)
        #expect(ReplyError(readOnly)?.kind == "not-permitted", "the read-only socket is read-only for root too")
    }

    @Test("While it loads: who is there and how it is, then everything in order")
    func loading() {
        let bench = EngineBench(isStarted: false)
        let client = bench.connect()
        client.send(
            call("service.info"), call("status.get", id: "2"), call("configuration.get", id: "3"),
            call("configuration.apply", #"{"configuration":\#(Self.web)}"#, id: "4"), call("status.get", id: "5"))
        #expect(client.replies.count == 2)
        #expect(client.replies.allSatisfy { $0.contains(#""state":"loading""#) })
        bench.start()
        #expect(client.replies.count == 5)
        #expect(client.replies[2].contains(#""revision":0"#))
        #expect(client.replies.last?.contains(#""name":"b1""#) == true, "a read sees the change before it")
    }

    @Test("A held server is loading for its clients until it is released")
    func held() {
        let bench = EngineBench(isHeld: true)
        let client = bench.connect()
        client.send(call("status.get"), call("configuration.get", id: "2"))
        #expect(client.replies.count == 1 && client.replies[0].contains(#""state":"loading""#))
        bench.server.release()
        bench.settle()
        #expect(client.replies.count == 2)
    }
}

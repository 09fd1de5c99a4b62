// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerServer

@Suite("statistics.get over the engine")
struct StatisticsTests {
    /// A daemon with farms `f0`, `f1`, … of one backend each, whose numbers are 1, 2, …
    static func bench(farms count: Int) -> EngineBench {
        let bench = EngineBench()
        let farms = (0..<count).map {
            #"{"name":"f\#($0)","addresses":[{"name":"a","ip-addr":"192.0.2.\#($0 + 1)","ports":[80]}],"#
                + #""backends":[{"name":"b","ip-addr":"10.0.0.1"}]}"#
        }
        let document = #"{"farms":[\#(farms.joined(separator: ","))]}"#
        #expect(bench.result("configuration.apply", #"{"configuration":\#(document)}"#) == ["revision": 1])
        return bench
    }

    static func farms(_ result: JSONValue) -> [String] {
        (result.object?["farms"]?.array ?? []).map { farm in
            "\(farm.object?["name"]?.string ?? "?") \(farm.object?["connections"]?.integer ?? -1)"
        }
    }

    @Test("Figures of farms and backends, by their names")
    func figures() {
        let bench = Self.bench(farms: 2)
        bench.count(2, connections: 3, bytes: 180)
        #expect(
            bench.ask("statistics.get", #"{"farms":["f1"]}"#)
                == result(
                    #"{"revision":1,"farms":[{"name":"f1","connections":3,"packetsIn":3,"packetsOut":0,"bytesIn":180,"#
                        + #""bytesOut":0,"backends":[{"name":"b","connections":3,"packetsIn":3,"packetsOut":0,"#
                        + #""bytesIn":180,"bytesOut":0}]}]}"#))
        #expect(Self.farms(bench.result("statistics.get")) == ["f0 0", "f1 3"])
        #expect(Self.farms(bench.result("statistics.get", #"{"farms":["f1","f0","f1"]}"#)) == ["f1 3", "f0 0", "f1 3"])
        #expect(bench.result("statistics.get", user: 12_345) == bench.result("statistics.get"))
    }

    @Test("Pages are of one moment, whatever changes between them")
    func pages() {
        let bench = Self.bench(farms: 5)
        for number: UInt32 in 1...5 { bench.count(number, connections: UInt64(number), bytes: 60) }
        var seen: [String] = []
        var parameters = #"{"limit":2}"#
        for round in 0..<3 {
            let page = bench.result("statistics.get", parameters)
            seen += Self.farms(page)
            let cursor = page.object?["cursor"]?.string
            #expect((cursor == nil) == (round == 2))
            parameters = #"{"limit":2,"cursor":"\#(cursor ?? "")"}"#
            // Meanwhile farms go and come, and traffic goes on.
            _ = bench.result("configuration.apply", #"{"changes":[{"delete":"/farms/f\#(round * 2)"}]}"#)
            bench.count(2, connections: 100, bytes: 6000)
        }
        #expect(seen == ["f0 1", "f1 2", "f2 3", "f3 4", "f4 5"])
        #expect(Self.farms(bench.result("statistics.get")) == ["f1 100", "f3 4"])
    }

    @Test("Pages of some farms")
    func pagesOfSome() {
        let bench = Self.bench(farms: 3)
        let first = bench.result("statistics.get", #"{"farms":["f2","f0"],"limit":1}"#)
        #expect(Self.farms(first) == ["f2 0"])
        let cursor = first.object?["cursor"]?.string ?? ""
        let second = bench.result("statistics.get", #"{"cursor":"\#(cursor)"}"#)
        #expect(Self.farms(second) == ["f0 0"] && second.object?["cursor"] == nil)
        let both = bench.ask("statistics.get", #"{"farms":["f2"],"cursor":"\#(cursor)"}"#)
        #expect(ReplyError(both) == ReplyError(id: 1, code: -32602, kind: "invalid"))
        #expect(ReplyError(bench.ask("statistics.get", #"{"farms":["f\u0000"]}"#))?.kind == "invalid")
        #expect(ReplyError(bench.ask("statistics.get", #"{"farms":["f9"]}"#))?.kind == "not-found")
    }

    @Test("A listing that nobody goes on with is forgotten after half a minute, and the oldest when there are many")
    func forgotten() throws {
        let clock = ManualClock()
        let kept = KeptListings<Int>(clock: clock)
        func first() -> ListingCursor {
            kept.firstPage(of: KeptListing(revision: 1, items: Array(0..<10)), limit: 4) { _ in 1 }.cursor!
        }
        let cursor = first()
        clock.advance(seconds: 20)
        let next = try kept.page(cursor, limit: 4) { _ in 1 }
        #expect(Array(next.items) == [4, 5, 6, 7])
        clock.advance(seconds: 25)
        #expect(Array(try kept.page(cursor, limit: 2) { _ in 1 }.items) == [4, 5], "a page may be asked for again")
        clock.advance(seconds: 61)
        #expect(kept.count == 0)
        #expect(throws: RPCError.self) { try kept.page(cursor, limit: 4) { _ in 1 } }

        var cursors: [ListingCursor] = []
        for _ in 0...KeptListings<Int>.capacity {
            cursors.append(first())
            clock.advance(seconds: 1)
        }
        #expect(Set(cursors).count == cursors.count && kept.count == KeptListings<Int>.capacity)
        #expect(throws: RPCError.self) { try kept.page(cursors[0], limit: 4) { _ in 1 } }
        let last = try kept.page(try kept.page(cursors[1], limit: 4) { _ in 1 }.cursor!, limit: 4) { _ in 1 }
        #expect(Array(last.items) == [8, 9] && last.cursor == nil)
        #expect(throws: RPCError.self) { try kept.page(cursors[1], limit: 4) { _ in 1 } }
        let forged = ListingCursor(listing: cursors[2].listing, index: .max)
        #expect(throws: RPCError.self) { try kept.page(forged, limit: 4) { _ in 1 } }
    }

    @Test("A page is as heavy as a reply may be, and never empty")
    func weight() {
        let kept = KeptListings<Int>(clock: ManualClock())
        let listing = KeptListing(revision: 1, items: [Page.weight * 2, 1, Page.weight - 1, 1])
        let first = kept.firstPage(of: listing, limit: 4) { $0 }
        #expect(Array(first.items) == [Page.weight * 2])
        #expect(Array(try! kept.page(first.cursor!, limit: 4) { $0 }.items) == [1, Page.weight - 1])
    }

    @Test("What is pipelined behind it waits, so that one answer is held and not thousands")
    func pipelined() {
        let bench = Self.bench(farms: 1)
        let client = bench.connect()
        let before = bench.kernel.dumps
        client.send(
            call("statistics.get", id: "1"), call("statistics.get", id: "2"), call("service.info", id: "3"))
        #expect(client.replies.isEmpty)
        #expect(bench.kernel.dumps == before)
        bench.settle()
        #expect(client.replies.count == 3)
        #expect(client.replies[0].contains(#""id":1"#) && client.replies[2].contains(#""id":3"#))
    }

    @Test("A client that hangs up before its answer disturbs nobody")
    func hangUp() {
        let bench = Self.bench(farms: 1)
        let client = bench.connect()
        client.send(call("statistics.get"))
        client.connection?.closed()
        bench.settle()
        #expect(client.replies.isEmpty)
        #expect(Self.farms(bench.result("statistics.get")) == ["f0 0"])
    }
}

extension EngineBench {
    /// Lets first packets have been counted.
    func count(_ number: UInt32, connections: UInt64, bytes: UInt64) {
        let key = ElementBytes.bytes(number)
        kernel.ruleset.tables[.ip]?.sets["newconns"]?.elements[key] = []
        kernel.ruleset.tables[.ip]?.sets["newconns"]?.counts[key] = PacketCount(packets: connections, bytes: bytes)
    }
}

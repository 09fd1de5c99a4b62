// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@testable import BalancerServer

@Suite("Pages")
struct PageTests {
    /// A server with farms f0 … and two backends each.
    static func bench(farms: Int) -> EngineBench {
        let bench = EngineBench()
        let objects = (0..<farms).map { index in
            """
            {"name":"f\(index)","addresses":[{"name":"a","ip-addr":"192.0.2.\(index + 1)","ports":[80]}],\
            "backends":[{"name":"x","ip-addr":"10.0.0.1"},{"name":"y","ip-addr":"10.0.0.2"}]}
            """
        }
        let document = #"{"farms":[\#(objects.joined(separator: ","))]}"#
        #expect(bench.result("configuration.apply", #"{"configuration":\#(document)}"#) == ["revision": 1])
        return bench
    }

    /// All pages of a listing, and how many there were.
    static func pages(_ bench: EngineBench, _ method: String, limit: Int, list: (JSONObject) -> JSONValue?)
        -> ([JSONValue], Int)
    {
        var all: [JSONValue] = []
        var count = 0
        var cursor: String?
        repeat {
            let continued = cursor.map { #","cursor":"\#($0)""# } ?? ""
            let page = bench.result(method, #"{"limit":\#(limit)\#(continued)}"#).object ?? [:]
            all += list(page)?.array ?? []
            cursor = page["cursor"]?.string
            count += 1
        } while cursor != nil && count < 100
        return (all, count)
    }

    @Test("Pages joined are the whole, whatever their size", arguments: [1, 2, 3, 7, 10, 11, 100_000])
    func joined(limit: Int) {
        let bench = Self.bench(farms: 10)
        let whole = bench.result("configuration.get").object?["configuration"]?.object?["farms"]?.array
        let (farms, count) = Self.pages(bench, "configuration.get", limit: limit) {
            $0["configuration"]?.object?["farms"]
        }
        #expect(farms == whole && count == (10 + limit - 1) / limit)
        let status = bench.result("status.get").object?["farms"]?.array
        let (states, stateCount) = Self.pages(bench, "status.get", limit: limit) { $0["farms"] }
        #expect(states == status && states.count == 10 && stateCount == count)
    }

    @Test(
        "Addresses outside of farms come after the farms, and the pages are a configuration", arguments: [1, 2, 5, 100])
    func addresses(limit: Int) throws {
        let bench = Self.bench(farms: 2)
        let document =
            #"{"addresses":[{"name":"v"},{"name":"w","ports":[81]}],"farms":[{"name":"g","addresses":[{"name":"w"}]}]}"#
        #expect(bench.result("configuration.apply", #"{"configuration":\#(document)}"#) == ["revision": 2])
        let whole = bench.result("configuration.get").object?["configuration"]
        for list in ["farms", "addresses"] {
            let (objects, _) = Self.pages(bench, "configuration.get", limit: limit) {
                $0["configuration"]?.object?[list]
            }
            #expect(objects == whole?.object?[list]?.array, "\(list)")
        }
        let text = String(decoding: try #require(whole).serialized(), as: UTF8.self)
        #expect(
            bench.result("configuration.apply", #"{"configuration":\#(text),"mode":"replace"}"#) == ["revision": 2],
            "what is printed is what there is")
    }

    @Test("A cursor is bound to its revision")
    func conflict() {
        let bench = Self.bench(farms: 3)
        let cursor = bench.result("status.get", #"{"limit":1}"#).object?["cursor"]?.string ?? ""
        #expect(!cursor.isEmpty)
        _ = bench.ask("configuration.apply", #"{"changes":[{"delete":"/farms/f0"}]}"#)
        for method in ["status.get", "configuration.get"] {
            let reply = bench.ask(method, #"{"limit":1,"cursor":"\#(cursor)"}"#)
            #expect(ReplyError(reply)?.kind == "conflict", "\(reply)")
        }
    }

    @Test(
        "What is no cursor or no limit is a wrong parameter",
        arguments: [
            #"{"cursor":"x"}"#, #"{"cursor":5}"#, #"{"limit":0}"#, #"{"limit":-1}"#, #"{"limit":"5"}"#, #"{"page":1}"#,
        ])
    func refused(parameters: String) {
        let bench = EngineBench()
        #expect(ReplyError(bench.ask("status.get", parameters))?.code == -32602)
    }

    @Test("A listing that is longer than a reply may be says so; its pages fit")
    func tooLong() {
        let bench = EngineBench(limits: LimitTests.limits { $0.reply = 2_000 })
        let objects = (0..<40).map {
            #"{"name":"farm-number-\#($0)","addresses":[{"name":"a","ip-addr":"192.0.2.\#($0)","ports":[80]}]}"#
        }
        _ = bench.ask("configuration.apply", #"{"configuration":{"farms":[\#(objects.joined(separator: ","))]}}"#)
        #expect(ReplyError(bench.ask("configuration.get"))?.kind == "limit")
        #expect(bench.result("configuration.get", #"{"limit":10}"#).object?["cursor"] != nil)
    }
}

@Suite("Objects by name")
struct SelectionTests {
    @Test(
        "Have no pages",
        arguments: [
            ("configuration.get", #"{"only":{"farms":["f0"]},"limit":1}"#),
            ("status.get", #"{"farms":["f0"],"cursor":"1.farms.1"}"#),
        ])
    func noPages(method: String, parameters: String) {
        #expect(PageTests.bench(farms: 1).ask(method, parameters).contains("do not stand beside"))
    }

    @Test("Are found once each, by name and by what they have")
    func found() {
        let bench = PageTests.bench(farms: 3)
        func names(_ selection: String) -> [String] {
            let result = bench.result("configuration.get", #"{"only":\#(selection)}"#)
            return result["configuration"]?["farms"]?.array?.compactMap { $0["name"]?.string } ?? []
        }
        #expect(names(#"{"farms":["f2","f0","f2","none",""]}"#) == ["f2", "f0"])
        #expect(names(#"{"farms":["f1"],"farmsWithAddress":["a"]}"#) == ["f1", "f0", "f2"])
        #expect(names(#"{"farmsWithAddress":["b"],"usersOfPolicy":["p"]}"#) == [])
        #expect(names("{}") == [])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("What is stored")
struct RowTests {
    @Test("a revision says what changed and how to undo it, and no more")
    func revision() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply(.object(Sample.weight("web", "b1", 2)))
        let row = try #require(bench.store.durable.revisions.last)
        #expect(
            String(decoding: row.change, as: UTF8.self)
                == #"{"/farms/web/backends/b1":{"name":"b1","ip-addr":"10.1.0.2","port":8080,"weight":2}}"#)
        #expect(
            String(decoding: row.undo, as: UTF8.self)
                == #"{"/farms/web/backends/b1":{"name":"b1","ip-addr":"10.1.0.2","port":8080}}"#)
    }

    @Test("every revision's texts are JSON, for a change in many pieces too")
    func pieces() throws {
        let bench = EngineBench()
        bench.apply(Sample.many(120))
        bench.apply(["farms": []], mode: .replace)
        #expect(bench.store.durable.revisions.count == 2)
        for row in bench.store.durable.revisions {
            let change = try JSONValue(parsing: row.change)
            let undo = try JSONValue(parsing: row.undo)
            #expect(change.object?.count == 120)
            #expect(undo.object?.keys == change.object?.keys)
        }
    }

    @Test("farms that swap names, and one that takes a name left, are one entry for each name")
    func swappedNames() throws {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        func path(_ name: String) throws -> ObjectPath { try ObjectPath(parsing: "/farms/\(name)") }
        bench.apply([
            .rename(try path("f0"), to: Sample.name("t")), .rename(try path("f1"), to: Sample.name("f0")),
            .rename(try path("t"), to: Sample.name("f1")), .rename(try path("f2"), to: Sample.name("f3")),
            .set(["farms": [["name": "f2"]]]),
        ])
        let row = try #require(bench.store.durable.revisions.last)
        let change = try #require(try JSONValue(parsing: row.change).object)
        let undo = try #require(try JSONValue(parsing: row.undo).object)
        #expect(Set(change.keys) == ["/farms/f0", "/farms/f1", "/farms/f2", "/farms/f3"])
        #expect(change["/farms/f2"] == ["name": "f2", "backends": []] && undo["/farms/f3"] == .null)
        #expect(undo["renames"] == ["/farms/f1": "f0", "/farms/f0": "f1", "/farms/f3": "f2"])
        #expect(undo["/farms/f2"] == change["/farms/f3"].map { renamed($0, "f2") })
        #expect(undo["/farms/f0"] == change["/farms/f1"].map { renamed($0, "f0") })
        bench.expectConsistent()
    }

    private func renamed(_ document: JSONValue, _ name: String) -> JSONValue {
        var object = document.object ?? [:]
        object["name"] = .string(name)
        return .object(object)
    }

    @Test("one backend of many is one row")
    func oneRow() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 40))
        let before = bench.store.durable.objects
        bench.apply(.object(Sample.weight("web", "b7", 2)))
        let after = bench.store.durable.objects
        #expect(after.filter { before[$0.key] != $0.value }.map(\.value.name) == ["b7"])
    }

    @Test("numbers of what is gone are not used again after a restart")
    func numbers() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let old = Set(bench.store.durable.objects.keys)
        bench.apply([.delete(try! ObjectPath(parsing: "/farms/web"))])
        #expect(bench.store.durable.objects.isEmpty)
        let again = bench.restarted()
        again.apply(Sample.farm("web", backends: 3))
        #expect(old.isDisjoint(with: again.store.durable.objects.keys))
    }

    @Test("the order of farms and backends survives a restart")
    func order() {
        let bench = EngineBench()
        bench.apply(Sample.many(5))
        bench.apply([.delete(try! ObjectPath(parsing: "/farms/f1"))])
        bench.apply([.delete(try! ObjectPath(parsing: "/farms/f2/backends/b0"))])
        bench.apply(Sample.many(2, from: 1))
        let again = bench.restarted()
        #expect(again.engine.configuration.json() == bench.engine.configuration.json())
        bench.expectConsistent()
    }
}

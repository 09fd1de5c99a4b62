// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("History of the engine")
struct HistoryTests {
    private func path(_ text: String) -> ObjectPath { try! ObjectPath(parsing: text) }

    private func past(_ bench: EngineBench, _ revision: UInt64) -> Result<Configuration, BalancerError>? {
        var result: Result<Configuration, BalancerError>?
        bench.engine.configuration(at: revision) { result = $0 }
        bench.scheduler.run()
        return result
    }

    @discardableResult
    private func goBack(_ bench: EngineBench, to revision: UInt64) -> Answer {
        let answer = bench.submit(.restoration(revision: revision), comment: "back")
        bench.scheduler.run()
        return answer
    }

    /// Changes of every kind of object: attributes, members, names that move on, whole objects that come and go.
    private static let changes: [[Change]] = [
        [.set(Sample.many(4).object!)],
        [.set(Sample.weight("f0", "b1", 5))],
        [.delete(try! ObjectPath(parsing: "/farms/f0/backends/b0"))],
        [.set(Sample.backend("f0", "b9", "10.9.0.9"))],
        [.set(["farms": [["name": "f1", "scheduler": "hash", "sched-param": ["srcip"]]]])],
        [.delete(try! ObjectPath(parsing: "/farms/f2"))],
        [.set(["policies": [["name": "spam", "elements": [["data": "203.0.113.0/24"], ["data": "203.0.113.7"]]]]])],
        [.set(["farms": [["name": "f1", "policies": [["name": "spam"]]]]])],
        [.delete(try! ObjectPath(parsing: "/policies/spam/elements/203.0.113.7"))],
        [.set(["policies": [["name": "spam", "elements": [["data": "198.51.100.1", "time": 60]]]]])],
        [.rename(try! ObjectPath(parsing: "/policies/spam"), to: Sample.name("list"))],
        [.rename(try! ObjectPath(parsing: "/farms/f1"), to: Sample.name("shop"))],
        [.set(["farms": [["name": "f1"]]])],
        [
            .rename(try! ObjectPath(parsing: "/farms/shop"), to: Sample.name("t")),
            .rename(try! ObjectPath(parsing: "/farms/f0"), to: Sample.name("shop")),
            .rename(try! ObjectPath(parsing: "/farms/t"), to: Sample.name("f0")),
        ],
        [.rename(try! ObjectPath(parsing: "/farms/f3/backends/b0"), to: Sample.name("b7"))],
        [.set(["addresses": [["name": "vip", "ip-addr": "192.0.2.99", "ports": [80]]]])],
        [.set(["farms": [["name": "f3", "addresses": [["name": "vip"]]]]])],
        [.rename(try! ObjectPath(parsing: "/addresses/vip"), to: Sample.name("front"))],
        [.set(["addresses": [["name": "front", "ports": [80, 443]]]])],
        [
            .rename(try! ObjectPath(parsing: "/farms/f3/backends/b1"), to: Sample.name("t")),
            .rename(try! ObjectPath(parsing: "/farms/f3/backends/b2"), to: Sample.name("b1")),
            .rename(try! ObjectPath(parsing: "/farms/f3/backends/t"), to: Sample.name("b2")),
        ],
        [.delete(try! ObjectPath(parsing: "/farms"))],
    ]

    @Test("every revision can be seen again as it was, also after a restart")
    func past() throws {
        let bench = EngineBench()
        var known: [Configuration] = [bench.engine.configuration]
        for change in Self.changes {
            #expect(bench.apply(change).isSuccess, "\(change)")
            known.append(bench.engine.configuration)
        }
        #expect(bench.engine.revision == UInt64(Self.changes.count))
        for bench in [bench, bench.restarted()] {
            for (revision, configuration) in known.enumerated() {
                let found = try past(bench, UInt64(revision))?.get().json()
                // What the documents say: when elements end is of the moment at which they come back.
                #expect(
                    try found.map { try Configuration(json: $0) } == Configuration(json: configuration.json()),
                    "\(revision)")
            }
        }
    }

    @Test(
        "going back is a revision of its own: kernel, store and declaration are as they were",
        arguments: changes.indices)
    func back(index: Int) {
        let bench = EngineBench()
        var known = bench.engine.configuration
        for (place, change) in Self.changes.enumerated() {
            bench.apply(change)
            if place == index { known = bench.engine.configuration }
        }
        let newest = bench.engine.revision
        let answer = goBack(bench, to: UInt64(index + 1))
        let isNewest = index + 1 == Self.changes.count
        #expect(answer.outcome?.revision == (isNewest ? newest : newest + 1), "\(String(describing: answer.error))")
        #expect(bench.engine.configuration == known)
        if !isNewest { #expect(bench.store.durable.revisions.last?.head.comment == "back") }
        bench.expectConsistent()
        // And forth again.
        #expect(goBack(bench, to: newest).error == nil)
        #expect(bench.engine.configuration.farms.isEmpty)
        bench.expectConsistent()
    }

    @Test("what had another name is the same object: its numbers stay, so do sessions and counters")
    func identities() throws {
        let bench = EngineBench()
        bench.apply(Sample.many(2))
        let before = bench.store.durable.objects
        bench.apply([
            .rename(path("/farms/f0"), to: Sample.name("shop")),
            .rename(path("/farms/shop/backends/b0"), to: Sample.name("b9")),
        ])
        bench.kernel.forgetHistory()
        #expect(goBack(bench, to: 1).outcome?.revision == 3)
        #expect(bench.store.durable.objects == before)
        #expect(bench.kernel.transactions.allSatisfy { $0.steps.allSatisfy { $0.list.set.name == "stamp" } })
    }

    @Test("a dry run says what going back would do, and does nothing")
    func dryRun() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply([.delete(path("/farms/web/backends/b1"))])
        bench.settle()
        bench.kernel.forgetHistory()
        let answer = bench.submit(.restoration(revision: 1), dryRun: true)
        bench.scheduler.run()
        #expect(answer.outcome?.revision == 2)
        #expect(answer.outcome?.transaction?.contains("element ip nftlb slots") == true)
        #expect(bench.engine.revision == 2 && bench.kernel.transactions.isEmpty)
    }

    @Test("what never was, or is kept no more, is not found; nothing changes")
    func notFound() {
        let bench = EngineBench()
        for count in 1...5 { bench.apply(.object(Sample.farm("web", backends: count).object!)) }
        bench.store.prune(before: 4)
        for revision in [6, 2] as [UInt64] {
            #expect(goBack(bench, to: revision).error?.kind == .notFound)
            guard case .failure(let error) = past(bench, revision) else {
                Issue.record("expected a refusal")
                continue
            }
            #expect(error.kind == .notFound)
        }
        #expect(bench.engine.revision == 5)
        #expect(goBack(bench, to: 3).outcome?.revision == 6)
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.backends.count == 3)
        bench.expectConsistent()
    }

    @Test("changes before and behind it in one turn are revisions of their own")
    func order() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        let answers = [
            bench.submit(.configuration(Sample.weight("web", "b0", 7), .merge)),
            bench.submit(.restoration(revision: 1)),
            bench.submit(.configuration(Sample.weight("web", "b1", 9), .merge)),
        ]
        bench.scheduler.run()
        #expect(answers.map { $0.outcome?.revision } == [2, 3, 4])
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.backends.map(\.weight.value) == [1, 9])
        bench.expectConsistent()
    }

    @Test("the history says who, when, how many objects, and why; page by page")
    func history() throws {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        bench.apply(.object(Sample.weight("f0", "b0", 2)))
        goBack(bench, to: 1)
        let all = try bench.engine.history(before: .max, limit: 10)
        #expect(all.map(\.revision) == [3, 2, 1])
        #expect(all.map(\.objects) == [1, 1, 3])
        #expect(all.map(\.comment) == ["back", nil, nil])
        #expect(all.allSatisfy { $0.author.origin == "test" && $0.time == bench.scheduler.wallClock })
        #expect(try bench.engine.history(before: 3, limit: 1).map(\.revision) == [2])
    }

    @Test("a commit that fails leaves all as it was")
    func failure() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply([.delete(path("/farms/web"))])
        bench.store.failingCommits = 1
        #expect(goBack(bench, to: 1).error?.kind == .storage)
        #expect(bench.engine.configuration.farms.isEmpty && bench.engine.revision == 2)
        bench.expectConsistent()
        #expect(goBack(bench, to: 1).outcome?.revision == 3)
        bench.expectConsistent()
    }
}

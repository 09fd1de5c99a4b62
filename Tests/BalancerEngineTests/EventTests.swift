// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("Events of the engine")
struct EventTests {
    private func all(_ bench: EngineBench) -> [EngineEvent] {
        Array(bench.engine.events.events(after: bench.engine.events.oldest, limit: .max) ?? [])
    }

    @Test("a group's changes are events of their own, in order, with their revisions and objects")
    func changes() {
        let bench = EngineBench()
        let answers = [
            bench.submit(.configuration(Sample.farm("web", backends: 2).object!, .merge), comment: "first light"),
            bench.submit(.configuration(Sample.weight("web", "b1", 2), .merge)),
            bench.submit(.configuration(Sample.weight("web", "b1", 2), .merge)),
        ]
        bench.scheduler.run()
        #expect(answers.map { $0.outcome?.revision } == [1, 2, 2])
        let author = Author(user: 0, group: 0, process: 1, origin: "test")
        let web = ObjectPath(["farms", "web"])
        #expect(
            all(bench).map(\.content) == [
                .changed(ChangedObjects(paths: [web]), author: author, comment: "first light"),
                .changed(
                    ChangedObjects(paths: [web.appending("backends").appending("b1")]), author: author, comment: nil),
            ])
        #expect(all(bench).map(\.revision) == [1, 2])
        #expect(all(bench).map(\.time) == [bench.scheduler.wallClock, bench.scheduler.wallClock])
    }

    @Test("what is refused is told with its reason; a dry run is not told")
    func refusals() {
        let bench = EngineBench()
        _ = bench.submit(.configuration(["farms": [["name": "web", "mode": "nonsense"]]], .merge), dryRun: true)
        let refused = bench.submit(.configuration(["farms": [["name": "web", "mode": "nonsense"]]], .merge))
        bench.store.failingCommits = 1
        bench.scheduler.run()
        let failed = bench.submit(.configuration(Sample.farm("web", backends: 2).object!, .merge))
        bench.scheduler.run()
        let author = Author(user: 0, group: 0, process: 1, origin: "test")
        #expect(
            all(bench).map(\.content)
                == [refused, failed].map { .refused($0.error!, author: author, comment: nil) })
    }

    @Test("what another program did and was corrected is told")
    func drift() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let slots = bench.kernel.elements("slots")!
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(Transaction([.delete(slots.slice(0..<20).keys)]))
        bench.engine.noteForeignChange(by: "nft (process 7)")
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        #expect(all(bench).last?.content == .drift(author: "nft (process 7)", elements: 20, objects: 0))
    }

    @Test("of many objects the first hundred are named and all are counted")
    func many() {
        let bench = EngineBench()
        bench.apply(Sample.many(250))
        guard case .changed(let objects, _, _) = all(bench).last?.content else {
            Issue.record("expected a change")
            return
        }
        #expect(objects.paths.count == 100 && objects.count == 250)
    }

    @Test("sequences have no gap; what is forgotten, or never was, is not resumed from")
    func log() {
        let log = EventLog(time: 7)
        #expect(log.newest == 7_000_000 && log.oldest == log.newest)
        #expect(log.events(after: log.newest, limit: 10) == [])
        #expect(log.events(after: log.newest + 1, limit: 10) == nil)
        var calls = 0
        log.appended = { calls += 1 }
        let comment = String(repeating: "c", count: 4096)
        let author = Author(user: 0, group: 0, process: 1, origin: "test")
        for revision in 1...3000 {
            log.append(
                .changed(ChangedObjects(), author: author, comment: comment), time: 7, revision: UInt64(revision))
        }
        #expect(calls == 3000)
        #expect(log.newest == 7_003_000)
        let kept = log.newest - log.oldest
        #expect(kept > 900 && kept < 1000, "4 MiB of 4.3 KiB each: \(kept)")
        #expect(log.events(after: log.oldest - 1, limit: 10) == nil)
        var sequence = log.oldest
        var seen: UInt64 = 0
        while let part = log.events(after: sequence, limit: 7), !part.isEmpty {
            for event in part {
                #expect(event.sequence == sequence + 1 && event.revision == event.sequence - 7_000_000)
                sequence = event.sequence
                seen += 1
            }
        }
        #expect(seen == kept)
    }

    @Test("a later daemon's sequences are greater")
    func restart() {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        let again = bench.restarted()
        again.scheduler.wallClock += 1
        let later = EngineBench(kernel: bench.kernel.ruleset, store: bench.store.durable)
        #expect(later.engine.events.oldest >= 1_700_000_000_000_000)
        #expect(EventLog(time: again.scheduler.wallClock).oldest > bench.engine.events.newest)
    }
}

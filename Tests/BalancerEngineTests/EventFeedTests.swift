// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import JSON
import Testing

@testable import BalancerEngine

@Suite("What a watcher gets")
struct EventFeedTests {
    /// A bench at revision 3, and one change that was refused behind each.
    private static func bench(_ base: EngineBench = EngineBench()) -> EngineBench {
        for count in 1...3 {
            base.apply(Sample.farm("web", backends: count))
            base.apply(["farms": [["name": "web", "mode": "nonsense"]]])
        }
        return base
    }

    /// What comes, in words: `c3` is the change of revision 3, `r3` a refusal behind it, `h3` a change of the history.
    private func words(_ feed: EventFeed) -> [String] {
        var words: [String] = []
        while let item = feed.next() {
            switch item {
            case .lost: words.append("lost")
            case .past(let head, let objects): words.append("h\(head.revision):\(objects.paths.count)")
            case .event(let event):
                let isChange = if case .changed = event.content { true } else { false }
                words.append("\(isChange ? "c" : "r")\(event.revision)")
            }
        }
        return words
    }

    @Test("from now on, behind an event, behind a revision")
    func places() {
        let bench = Self.bench()
        let log = bench.engine.events
        let now = EventFeed(bench.engine, after: nil, since: nil)
        #expect(words(now) == [])
        #expect(words(EventFeed(bench.engine, after: log.oldest, since: nil)) == ["c1", "r1", "c2", "r2", "c3", "r3"])
        #expect(words(EventFeed(bench.engine, after: log.newest - 2, since: nil)) == ["c3", "r3"])
        #expect(words(EventFeed(bench.engine, after: log.newest, since: 1)) == [])
        #expect(words(EventFeed(bench.engine, after: nil, since: 2)) == ["r2", "c3", "r3"])
        #expect(words(EventFeed(bench.engine, after: nil, since: 0)) == ["c1", "r1", "c2", "r2", "c3", "r3"])
        #expect(words(EventFeed(bench.engine, after: nil, since: 77)) == [])
        bench.apply(Sample.farm("web", backends: 5))
        #expect(words(now) == ["c4"])
        #expect(words(now) == [])
    }

    @Test("after a restart changes come from the history, each once; that others are forgotten is told")
    func restart() {
        let old = Self.bench()
        let last = old.engine.events.newest
        let bench = EngineBench(kernel: old.kernel.ruleset, store: old.store.durable, starting: false)
        // The clock on the wall has moved on.
        bench.scheduler.wallClock += 1
        let again = EngineBench(kernel: old.kernel.ruleset, store: old.store.durable)
        #expect(words(EventFeed(again.engine, after: nil, since: 1)) == ["h2:1", "h3:1"])
        #expect(words(EventFeed(again.engine, after: last + 1, since: 2)) == ["lost", "h3:1"])
        again.apply(Sample.farm("web", backends: 5))
        #expect(words(EventFeed(again.engine, after: nil, since: 2)) == ["h3:1", "c4"])
        #expect(words(EventFeed(again.engine, after: last + 1, since: 4)) == ["lost"])
        #expect(words(EventFeed(again.engine, after: last + 1, since: nil)) == ["lost"])
    }

    @Test("what the history does not keep is told as lost, and the rest comes")
    func pruned() {
        let bench = Self.bench().restarted()
        for count in 4...9 { bench.apply(Sample.farm("web", backends: count)) }
        let again = bench.restarted()
        again.store.prune(before: 7)
        #expect(words(EventFeed(again.engine, after: nil, since: 0)) == ["lost", "h7:1", "h8:1", "h9:1"])
        #expect(words(EventFeed(again.engine, after: nil, since: 6)) == ["h7:1", "h8:1", "h9:1"])
        again.store.prune(before: 100)
        #expect(words(EventFeed(again.engine, after: nil, since: 0)) == ["lost"])
    }

    @Test("a watcher that is overtaken by the log is told so; the changes that it missed come from the history")
    func overtaken() {
        let bench = Self.bench()
        let feed = EventFeed(bench.engine, after: bench.engine.events.oldest, since: nil)
        _ = feed.next()
        let author = Author(user: 0, group: 0, process: 1, origin: "test")
        let reason = String(repeating: "r", count: 64 << 10)
        for _ in 0..<100 { bench.engine.emit(.refused(BalancerError(.busy, reason), author: author, comment: nil)) }
        var found = words(feed)
        #expect(found.prefix(4) == ["lost", "h2:1", "h3:1", "r3"])
        found.removeFirst(3)
        #expect(found.count < 70 && found.allSatisfy { $0 == "r3" })
        #expect(words(feed) == [])
    }

    @Test("of a large change of the history the objects are counted, not read")
    func large() {
        let old = EngineBench()
        old.apply(Sample.many(150))
        let bench = old.restarted()
        let feed = EventFeed(bench.engine, after: nil, since: 0)
        guard case .past(_, let objects) = feed.next() else {
            Issue.record("expected a change of the history")
            return
        }
        #expect(objects == ChangedObjects(count: 150))
    }
}

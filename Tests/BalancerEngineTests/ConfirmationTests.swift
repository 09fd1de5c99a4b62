// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Testing

@Suite("Changes that wait for their confirmation")
struct ConfirmationTests {
    /// A farm of two backends at revision 1, and its second backend's weight 7 for a minute.
    private static func waiting() -> EngineBench {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        let answer = bench.submit(.configuration(Sample.weight("web", "b1", 7), .merge), confirmWithin: 60)
        bench.scheduler.run()
        #expect(answer.outcome?.revision == 2)
        return bench
    }

    private func weights(_ bench: EngineBench) -> [Int]? {
        bench.engine.configuration.farms[Sample.name("web")]?.backends.map { Int($0.weight.value) }
    }

    private func pass(_ seconds: Int, _ bench: EngineBench) {
        bench.scheduler.advance(milliseconds: seconds * 1_000)
        bench.scheduler.wallClock += Int64(seconds)
        bench.scheduler.run()
    }

    @Test("applied at once, taken back in time, as a revision of its own")
    func reverted() {
        let bench = Self.waiting()
        #expect(weights(bench) == [1, 7] && bench.engine.confirmationRemaining == 60)
        pass(59, bench)
        #expect(weights(bench) == [1, 7] && bench.engine.confirmationRemaining == 1)
        pass(1, bench)
        #expect(weights(bench) == [1, 1] && bench.engine.unconfirmed == nil && bench.engine.revision == 3)
        let head = bench.store.durable.revisions.last?.head
        #expect(head?.author.origin == "confirmation")
        #expect(head?.comment == "revision 2 was not confirmed within 60 s")
        #expect(bench.store.durable.metadata["unconfirmed"] == nil && bench.store.keptFrom == nil)
        bench.expectConsistent()
        #expect(bench.apply(.object(Sample.weight("web", "b0", 3))).isSuccess)
    }

    @Test("confirmed, it stays; the second confirmation finds nothing")
    func confirmed() {
        let bench = Self.waiting()
        let wrong = bench.submit(.confirmation(revision: 1))
        let right = bench.submit(.confirmation(revision: 2))
        let change = bench.submit(.configuration(Sample.weight("web", "b0", 3), .merge))
        let again = bench.submit(.confirmation(revision: nil))
        bench.scheduler.run()
        #expect(wrong.error?.kind == .conflict)
        #expect(right.outcome?.revision == 2)
        #expect(change.outcome?.revision == 3)
        #expect(again.error?.kind == .notFound)
        pass(120, bench)
        #expect(weights(bench) == [3, 7] && bench.engine.revision == 3)
        #expect(bench.store.durable.metadata["unconfirmed"] == nil)
        bench.expectConsistent()
        pass(120, bench.restarted())
    }

    @Test("another change meanwhile is a conflict that says why; a dry run is not, and going back is another way out")
    func conflict() {
        let bench = Self.waiting()
        pass(10, bench)
        let change = bench.submit(.configuration(Sample.weight("web", "b0", 3), .merge))
        let waitingToo = bench.submit(.configuration(Sample.weight("web", "b0", 3), .merge), confirmWithin: 5)
        let further = bench.submit(.restoration(revision: 0))
        let dryRun = bench.submit(.configuration(Sample.weight("web", "b0", 3), .merge), dryRun: true)
        bench.scheduler.run()
        for answer in [change, waitingToo, further] {
            #expect(answer.error?.kind == .conflict)
            #expect(answer.error?.reason == "revision 2 waits for its confirmation, another 50 s")
        }
        #expect(dryRun.outcome != nil)
        let back = bench.submit(.restoration(revision: 1))
        bench.scheduler.run()
        #expect(back.outcome?.revision == 3 && bench.engine.unconfirmed == nil)
        #expect(weights(bench) == [1, 1])
        pass(120, bench)
        #expect(bench.engine.revision == 3)
        bench.expectConsistent()
    }

    @Test("what changes nothing waits for nothing; a change behind one that waits is refused in the same turn")
    func turns() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        let empty = bench.submit(.configuration(Sample.weight("web", "b1", 1), .merge), confirmWithin: 60)
        let change = bench.submit(.configuration(Sample.weight("web", "b1", 7), .merge), confirmWithin: 60)
        let next = bench.submit(.configuration(Sample.weight("web", "b0", 7), .merge))
        bench.scheduler.run()
        #expect(empty.outcome?.revision == 1 && change.outcome?.revision == 2)
        #expect(next.error?.kind == .conflict)
    }

    @Test("a daemon that comes back in time goes on waiting, one that comes later takes back before it serves")
    func restart() {
        for away in [0, 59, 60, 1_000_000] {
            let old = Self.waiting()
            let bench = EngineBench(kernel: old.kernel.ruleset, store: old.store.durable, starting: false)
            bench.scheduler.wallClock += Int64(away)
            var seen: [Int]?
            bench.engine.start { _ in seen = self.weights(bench) }
            bench.scheduler.run()
            #expect(seen == (away < 60 ? [1, 7] : [1, 1]), "\(away)")
            #expect(bench.engine.confirmationRemaining == max(0, 60 - away))
            pass(60, bench)
            #expect(weights(bench) == [1, 1] && bench.engine.revision == 3 && bench.engine.unconfirmed == nil)
            bench.expectConsistent()
        }
    }

    @Test("a clock on the wall that was set back makes nobody wait longer; one that is set meanwhile does not matter")
    func clocks() {
        let old = Self.waiting()
        old.scheduler.wallClock += 1_000_000
        old.scheduler.run()
        #expect(old.engine.confirmationRemaining == 60)
        let bench = EngineBench(kernel: old.kernel.ruleset, store: old.store.durable, starting: false)
        bench.scheduler.wallClock = 0
        bench.engine.start { _ in }
        bench.scheduler.run()
        #expect(bench.engine.confirmationRemaining == 60)
        pass(60, bench)
        #expect(weights(bench) == [1, 1])
    }

    @Test("killed between any two steps of apply, confirm or the way back: the next start knows what holds")
    func crash() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        bench.failPoints.takesPictures = true
        let change = Sample.farm("web", backends: 4)
        for _ in 0..<2 {
            _ = bench.submit(.configuration(change.object!, .merge), confirmWithin: 60)
            bench.scheduler.run()
            pass(60, bench)
        }
        _ = bench.submit(.configuration(change.object!, .merge), confirmWithin: 60)
        bench.scheduler.run()
        _ = bench.submit(.confirmation(revision: nil))
        bench.scheduler.run()
        #expect(bench.failPoints.pictures.count > 20)
        for picture in bench.failPoints.pictures {
            let isConfirmed = picture.store.revisions.count == 6 && picture.store.metadata["unconfirmed"] == nil
            let again = EngineBench(kernel: picture.kernel, store: picture.store)
            pass(61, again)
            #expect(weights(again)?.count == (isConfirmed ? 4 : 2), "at \(picture.point)")
            again.expectConsistent()
        }
    }

    @Test("a kernel or a disk that refuses is asked again until it is done")
    func failure() {
        let bench = Self.waiting()
        bench.store.failingCommits = 2
        pass(60, bench)
        #expect(weights(bench) == [1, 7] && bench.engine.unconfirmed != nil)
        pass(5, bench)
        pass(5, bench)
        #expect(weights(bench) == [1, 1] && bench.engine.unconfirmed == nil)
        bench.expectConsistent()
    }

    @Test("elements that end meanwhile go, and stay away")
    func expiry() throws {
        let bench = EngineBench()
        let elements: JSONValue = [["data": "10.0.0.1", "time": 5], ["data": "10.0.0.2"]]
        bench.apply(["policies": [["name": "p", "elements": elements]]])
        let change: JSONObject = ["policies": [["name": "p", "elements": [["data": "10.0.0.3"]]]]]
        _ = bench.submit(.configuration(change, .merge), confirmWithin: 60)
        bench.scheduler.run()
        for _ in 0..<70 { pass(1, bench) }
        let policy = try #require(bench.engine.configuration.policies[Sample.name("p")])
        #expect(policy.elements.map(\.data.description) == ["10.0.0.2"])
        #expect(bench.engine.unconfirmed == nil)
        bench.expectConsistent()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import JSON
import Testing

@testable import BalancerEngine

@Suite("Figures of the engine's own doings")
struct EngineFigureTests {
    @Test("Bounds belong to the bucket below them; what is longer than all has a bucket of its own")
    func buckets() {
        var counts = DurationCounts()
        for duration in [0, 50_000, 50_001, 2_500_000_000, 2_500_000_001, 60_000_000_000] {
            counts.add(UInt64(duration))
        }
        #expect(counts.counts == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2])
        #expect(counts.sum == 65_000_100_002)
        #expect(DurationCounts.bounds == DurationCounts.bounds.sorted())
    }

    @Test("The parts of a group are timed from one to the next; two of a kind are one")
    func parts() {
        var watch = PartWatch(.validation, at: 100)
        watch.begin(.planning, at: 110)
        watch.begin(.prepare, at: 130)
        watch.begin(.prepare, at: 140)
        watch.begin(.storeCommit, at: 145)
        watch.begin(nil, at: 160)
        watch.answered(at: 165)
        watch.begin(.sweep, at: 170)
        watch.begin(nil, at: 171)
        #expect(watch.sums == [.validation: 10, .planning: 20, .prepare: 15, .storeCommit: 15, .sweep: 1])
        #expect(watch.untilAnswer == 65)
        var figures = EngineFigures()
        figures.note(watch)
        figures.note(PartWatch(.validation, at: 7))
        #expect(figures.commits.sum == 65 && figures.commits.counts[0] == 1)
        #expect(figures.parts[.prepare]?.sum == 15)
    }

    @Test("Accepted and refused requests are counted, dry runs and other people's failures are not")
    func requests() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        let runs = bench.engine.figures.helperRuns
        #expect(runs >= 1 && bench.engine.figures.helperFailures == 0)
        bench.apply(.object(Sample.weight("web", "b0", 0)))
        bench.apply(.object(Sample.weight("web", "b0", 5)))
        _ = bench.submit(.configuration(Sample.weight("web", "b0", 0), .merge), dryRun: true)
        _ = bench.submit(.configuration(Sample.weight("web", "b0", 7), .merge), dryRun: true)
        bench.scheduler.run()
        let figures = bench.engine.figures
        #expect(figures.changes == 2)
        #expect(figures.refusals == [.invalid: 1])
        #expect(figures.lastChange == bench.scheduler.wallClock)
        #expect(figures.requests.counts.reduce(0, +) == 2)
        #expect(figures.commits.counts.reduce(0, +) == 2)
        // The second change needed no new rules.
        #expect(figures.helperRuns == runs)
        #expect(figures.parts[.switchOver]?.counts.reduce(0, +) == 2)
        #expect(figures.parts[.storeCommit]?.counts.reduce(0, +) == 2)
    }

    @Test("A group that fails in the store is refused and no commit")
    func failed() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        bench.failPoints.failing = .afterKernelCommit
        bench.apply(.object(Sample.weight("web", "b0", 5)))
        #expect(bench.engine.figures.commits.counts.reduce(0, +) == 1)
        #expect(bench.engine.figures.refusals.values.reduce(0, +) == 1)
    }
}

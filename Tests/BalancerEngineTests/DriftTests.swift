// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EngineSupport
import Nftables
import Testing

@testable import BalancerEngine

@Suite("Drift")
struct DriftTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("some looks follow at once, then there is one in ten seconds; a calm time gives all of them back")
    func credit() {
        var drift = Drift()
        var now = 100 * Self.second
        for _ in 0..<8 { #expect(drift.nextLook(at: now) == (50, false)) }
        #expect(drift.nextLook(at: now) == (10_000, true))
        now += 10 * Self.second
        #expect(drift.nextLook(at: now) == (10_000, false))
        now += 10 * Self.second
        // A calm minute: four looks are earned, the fight is not forgotten.
        now += 50 * Self.second
        for _ in 0..<4 { #expect(drift.nextLook(at: now).milliseconds == 50) }
        now += 200 * Self.second
        #expect(drift.nextLook(at: now) == (50, false))
        #expect(!drift.isFight)
    }

    @Test("what somebody else did is undone without a change, once, whatever the stamp says")
    func corrected() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let before = bench.kernel.ruleset
        let slots = bench.kernel.elements("slots")!
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(Transaction([.delete(slots.slice(0..<20).keys)]))
        for author in ["nft (process 7)", nil] { bench.engine.noteForeignChange(by: author) }
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        #expect(bench.kernel.ruleset == before)
        #expect(bench.observer.notices == [.drift(author: "nft (process 7)", elements: 20, objects: 0)])
        #expect(bench.engine.driftFound == 1)
        #expect(bench.engine.driftCorrected == 1)
        bench.expectConsistent()
    }

    @Test("a false alarm changes nothing and is not told")
    func nothing() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        bench.engine.noteForeignChange(by: nil)
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        #expect(bench.kernel.transactions.isEmpty)
        #expect(bench.observer.notices.isEmpty)
        #expect(bench.engine.driftFound == 0)
    }

    @Test("without a store that can be read, nothing is taken from the kernel")
    func degraded() {
        let full = EngineBench()
        full.apply(Sample.farm("web", backends: 3))
        let bench = EngineBench(kernel: full.kernel.ruleset, starting: false)
        bench.store.isUnreadable = true
        bench.engine.start { _ in }
        bench.scheduler.run()
        bench.engine.noteForeignChange(by: nil)
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        #expect(bench.kernel.ruleset == full.kernel.ruleset)
    }
}

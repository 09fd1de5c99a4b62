// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EngineSupport
import JSON
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

    /// A farm, the rules that it makes, and what somebody takes of them.
    private static func prepared() -> (EngineBench, before: Ruleset, stolen: Transaction) {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let slots = bench.kernel.elements("slots")!
        return (bench, bench.kernel.ruleset, Transaction([.delete(slots.slice(0..<20).keys)]))
    }

    @Test("what somebody else did is undone without a change, once, whatever the stamp says")
    func corrected() throws {
        let (bench, before, stolen) = Self.prepared()
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(stolen)
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

    @Test("what may have been missed is looked for at once, then now and then, and is no fight")
    func missed() throws {
        let (bench, before, stolen) = Self.prepared()
        for pause in [50, 10_000] {
            bench.kernel.ruleset = try bench.kernel.ruleset.applying(stolen)
            for _ in 0..<20 { bench.engine.noteMissedChange() }
            bench.scheduler.advance(milliseconds: pause - 1)
            bench.scheduler.run()
            #expect(bench.kernel.ruleset != before)
            bench.scheduler.advance(milliseconds: 1)
            bench.scheduler.run()
            #expect(bench.kernel.ruleset == before)
        }
        #expect(bench.observer.notices == Array(repeating: .drift(author: nil, elements: 20, objects: 0), count: 2))
        // Of others who are seen, the answer does not wait for such a look.
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(stolen)
        bench.engine.noteMissedChange()
        bench.engine.noteForeignChange(by: nil)
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        #expect(bench.kernel.ruleset == before)
    }

    /// A rule in a chain, as another program would put it.
    private static func disturb(_ chain: String, of ruleset: inout Ruleset) {
        let rule = ruleset.tables[.ip]!.chains["prerouting"]!.rules[0]
        ruleset.tables[.ip]!.chains[chain]!.rules.insert(rule, at: 0)
    }

    private static func look(_ bench: EngineBench) {
        bench.engine.noteForeignChange(by: nil)
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
    }

    @Test("what somebody did before or just after a script of ours is not taken for ours", arguments: [false, true])
    func besideScripts(isAfter: Bool) throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let before = bench.kernel.ruleset.tables[.ip]!.chains["prerouting"]!.rules
        if isAfter {
            bench.kernel.afterScript = { ruleset in
                let chain = ruleset.tables[.ip]!.chains.keys.sorted().last { $0.hasPrefix("s-") }
                Self.disturb(chain!, of: &ruleset)
            }
        } else {
            Self.disturb("prerouting", of: &bench.kernel.ruleset)
        }
        bench.apply(["farms": [["name": "web", "scheduler": "hash", "sched-param": ["srcip"]]]])
        bench.kernel.afterScript = nil
        Self.look(bench)
        #expect(bench.engine.driftFound == 1)
        bench.expectConsistent()
        let table = bench.kernel.ruleset.tables[.ip]!
        #expect(table.chains["prerouting"]!.rules == before)
        // A shape that was changed is written anew under another name, and the old one is collected later.
        for _ in 0..<3 {
            bench.scheduler.advance(milliseconds: 61_000)
            bench.scheduler.run()
        }
        let shapes = bench.kernel.ruleset.tables[.ip]!.chains.filter { $0.key.hasPrefix("s-") }
        #expect(!shapes.isEmpty && shapes.values.allSatisfy { !$0.rules.contains(before[0]) })
    }

    @Test("a table that sleeps is woken, with all that is in it")
    func dormant() throws {
        let (bench, before, _) = Self.prepared()
        bench.kernel.ruleset.tables[.ip]!.isDormant = true
        Self.look(bench)
        #expect(bench.kernel.ruleset == before)
        #expect(bench.engine.driftFound == 1)
        bench.kernel.ruleset.tables[.ip]!.isDormant = true
        let again = bench.restarted()
        #expect(again.kernel.ruleset == before)
    }

    /// The first shape's element, and where it leads.
    private static func shape(_ bench: EngineBench) throws -> (key: UInt32, verdict: Verdict) {
        let shapes = try #require(bench.kernel.ruleset.tables[.ip]?.sets["shapes"]).verdicts
        let key = try #require(shapes.keys.min())
        return (key, shapes[key]!)
    }

    @Test("an element that leads elsewhere leads to its chain again", arguments: [Verdict.drop, .accept, .return])
    func verdicts(verdict: Verdict) throws {
        let (bench, before, _) = Self.prepared()
        let (key, jump) = try Self.shape(bench)
        for verdict in [verdict, .goto(try #require(jump.chain))] {
            bench.kernel.ruleset.tables[.ip]!.sets["shapes"]!.verdicts[key] = verdict
            Self.look(bench)
            #expect(bench.kernel.ruleset == before)
            bench.kernel.ruleset.tables[.ip]!.sets["shapes"]!.verdicts[key] = verdict
            #expect(bench.restarted().kernel.ruleset == before)
            bench.kernel.ruleset = before
        }
        #expect(bench.observer.notices.count == 2)
        #expect(bench.engine.driftCorrected == 2)
    }

    @Test("an element that nothing of ours has goes, whatever it leads to, and keeps no change from being made")
    func strangeVerdicts() throws {
        let (bench, before, _) = Self.prepared()
        let (key, jump) = try Self.shape(bench)
        for verdict in [.drop, jump] {
            bench.kernel.ruleset.tables[.ip]!.sets["shapes"]!.verdicts[key + 0x1_0000] = verdict
            Self.look(bench)
            #expect(bench.kernel.ruleset == before, "\(verdict)")
        }
        #expect(bench.observer.notices == Array(repeating: .drift(author: nil, elements: 0, objects: 1), count: 2))
        bench.kernel.ruleset.tables[.ip]!.sets["shapes"]!.verdicts[key + 0x1_0000] = .drop
        let again = bench.restarted()
        #expect(again.apply(["farms": [["name": "web", "scheduler": "hash", "sched-param": ["srcip"]]]]).isSuccess)
        again.expectConsistent()
    }

    @Test("a map of others goes, and so do the chains that it leads to")
    func strangeMap() throws {
        let (bench, before, _) = Self.prepared()
        let declaration = SetDeclaration("strange", key: .types([.ipv4Address]), data: .verdict, size: nil)
        bench.kernel.ruleset.tables[.ip]!.chains["strange-1"] = Chain("strange-1")
        bench.kernel.ruleset.tables[.ip]!.sets["strange"] = Ruleset.SetContents(declaration)
        bench.kernel.ruleset.tables[.ip]!.sets["strange"]!.verdicts[7] = .goto("strange-1")
        Self.look(bench)
        #expect(bench.kernel.ruleset == before)
        #expect(bench.observer.notices == [.drift(author: nil, elements: 0, objects: 2)])
        #expect(!bench.kernel.scripts.contains { $0.text().contains("delete element") })
    }

    @Test("an element for all keys goes, at a look and at a start")
    func catchAll() throws {
        let (bench, before, _) = Self.prepared()
        let sets = Set(["services", "usable", "shapes"].map { SetReference(family: .ip, name: $0) })
        bench.kernel.catchAlls = sets
        Self.look(bench)
        #expect(bench.kernel.catchAlls.isEmpty)
        #expect(bench.kernel.ruleset == before)
        #expect(bench.observer.notices == [.drift(author: nil, elements: 3, objects: 0)])
        let again = EngineBench(kernel: before, store: bench.store.durable, starting: false)
        again.kernel.catchAlls = sets
        again.begin()
        #expect(again.kernel.catchAlls.isEmpty)
        #expect(again.observer.notices == [.repaired(elements: 3, objects: 0)])
    }

    @Test("a correction that fails is told once, tried again ever later, and blamed on nobody as a fight")
    func refused() throws {
        let (bench, before, stolen) = Self.prepared()
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(stolen)
        bench.kernel.refuse = { _ in .refused(1, "not now") }
        bench.engine.noteForeignChange(by: "nft (process 7)")
        bench.scheduler.advance(milliseconds: 50)
        bench.scheduler.run()
        for seconds in [1, 2, 4, 8, 10, 10, 10, 10, 10, 10] {
            let dumps = bench.kernel.dumps
            bench.scheduler.advance(milliseconds: seconds * 1000 - 1)
            bench.scheduler.run()
            #expect(bench.kernel.dumps == dumps)
            bench.scheduler.advance(milliseconds: 1)
            bench.scheduler.run()
            #expect(bench.kernel.dumps > dumps)
        }
        #expect(bench.observer.notices.count == 1)
        guard case .notCorrected(let reason) = bench.observer.notices.first else {
            Issue.record("\(bench.observer.notices)")
            return
        }
        #expect(reason.contains("not now"))
        // Somebody's change is still answered at once.
        bench.kernel.refuse = { _ in nil }
        Self.look(bench)
        #expect(bench.kernel.ruleset == before)
        #expect(bench.observer.notices.dropFirst() == [.drift(author: "nft (process 7)", elements: 20, objects: 0)])
        #expect(!bench.engine.drift.isFight)
    }

    @Test("what others put in and could not be taken away is collected later")
    func refusedCollection() throws {
        let (bench, before, _) = Self.prepared()
        bench.kernel.ruleset.tables[.ip]!.chains["stranger"] = Chain("stranger")
        bench.kernel.refuseScript = { _ in .refused(16, "in use") }
        Self.look(bench)
        #expect(bench.kernel.ruleset != before)
        #expect(bench.observer.notices.count == 2)
        #expect(bench.observer.notices.last == .notCorrected(KernelFailure.refused(16, "in use").description))
        bench.kernel.refuseScript = { _ in nil }
        bench.scheduler.advance(milliseconds: 1000)
        bench.scheduler.run()
        #expect(bench.kernel.ruleset == before)
    }

    @Test("a table of another owner where we have none is left alone; where we have one it is ours again, if nobody's")
    func strangers() throws {
        let (bench, before, _) = Self.prepared()
        bench.kernel.ruleset.tables[.ip6] = Ruleset.Table()
        Self.look(bench)
        #expect(bench.engine.driftFound == 0 && bench.observer.notices.isEmpty)
        #expect(!bench.apply(Sample.farm("six", backends: 1, address: "2001:db8::1")).isSuccess)
        #expect(bench.kernel.ruleset.tables[.ip6] == Ruleset.Table())
        bench.kernel.ruleset.tables[.ip6] = nil
        bench.kernel.ruleset.tables[.ip] = Ruleset.Table()
        Self.look(bench)
        #expect(bench.kernel.ruleset == before)
        bench.kernel.ruleset.tables[.ip] = Ruleset.Table(comment: "another")
        Self.look(bench)
        #expect(bench.kernel.ruleset.tables[.ip] == Ruleset.Table(comment: "another"))
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

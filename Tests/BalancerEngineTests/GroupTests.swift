// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("Groups of changes")
struct GroupTests {
    @Test("a farm reaches kernel and store, and the answer says its revision")
    func oneFarm() throws {
        let bench = EngineBench()
        #expect(try bench.apply(Sample.farm("web", backends: 3)).get().revision == 1)
        #expect(bench.store.durable.objects.count == 4)
        #expect(bench.store.durable.revisions.map(\.revision) == [1])
        #expect(bench.kernel.elements("services")?.count == 1)
        #expect(bench.kernel.elements("usable")?.count == 3)
        #expect(bench.engine.configuration.farms.count == 1)
    }

    @Test("the same change again is an empty change: no transaction, no revision")
    func again() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        #expect(try bench.apply(Sample.farm("web", backends: 3)).get().revision == 1)
        #expect(bench.kernel.transactions.isEmpty)
        #expect(bench.kernel.scripts.isEmpty)
        #expect(bench.store.durable.revisions.count == 1)
    }

    @Test("an ordinary change is one batch of elements", arguments: Sample.ordinaryChanges)
    func oneBatch(_ change: JSONValue) throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        _ = try bench.apply(change).get()
        #expect(bench.kernel.transactions.count == 1)
        #expect(bench.kernel.scripts.isEmpty)
    }

    @Test("what a packet may just have drawn stays until the switch is over")
    func deferredSweep() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "down"]]]]])
        #expect(bench.kernel.elements("to-port")?.count == 3)
        // Up again at once: what was to go is there, and stays.
        bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "up"]]]]])
        bench.settle()
        #expect(bench.kernel.elements("to-port")?.count == 3)
        bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "down"]]]]])
        bench.settle()
        #expect(bench.kernel.elements("to-port")?.count == 2)
        bench.expectConsistent()
    }

    @Test("a new shape is the helper once, then one batch")
    func newShape() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        _ = try bench.apply(["farms": [["name": "web", "scheduler": "weight"]]]).get()
        #expect(bench.kernel.scripts.count == 1)
        #expect(bench.kernel.transactions.count == 1)
    }

    @Test("what arrives in one turn is one kernel transaction and one durable one, a revision each")
    func groupCommit() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        let commits = bench.store.commits
        let answers = (1...5).map { bench.submit(.configuration(Sample.weight("web", "b0", $0 + 1), .merge)) }
        bench.scheduler.run()
        #expect(answers.compactMap { $0.outcome?.revision } == [2, 3, 4, 5, 6])
        #expect(bench.kernel.transactions.count == 1)
        #expect(bench.store.commits == commits + 1)
        #expect(bench.store.durable.revisions.count == 6)
    }

    @Test("what is refused is answered alone and takes nobody with it")
    func oneRefused() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let good = bench.submit(.configuration(Sample.weight("web", "b0", 2), .merge))
        let bad = bench.submit(.configuration(Sample.weight("web", "b0", 0), .merge))
        let also = bench.submit(.configuration(Sample.weight("web", "b1", 2), .merge))
        bench.scheduler.run()
        #expect(good.outcome?.revision == 2)
        #expect(bad.error?.path?.description == "/farms/web/backends/b0/weight")
        #expect(also.outcome?.revision == 3)
    }

    @Test("a stale ifRevision is a conflict, also against a change of the same group")
    func ifRevision() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let first = bench.submit(.configuration(Sample.weight("web", "b0", 2), .merge), ifRevision: 1)
        let second = bench.submit(.configuration(Sample.weight("web", "b0", 3), .merge), ifRevision: 1)
        bench.scheduler.run()
        #expect(first.outcome?.revision == 2)
        #expect(second.error?.kind == .conflict)
    }

    @Test("the kernel refuses a group: each is tried alone, and the blame names the object")
    func blame() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.refuse = { transaction in
            for case .add(let list) in transaction.steps where list.set.name == "to-port" {
                return KernelFailure(
                    kind: .refused(errno: 23), message: "Too many open files in system",
                    culprit: ElementCulprit(set: list.set, key: Array(list.key(at: 0))))
            }
            return nil
        }
        let good = bench.submit(.configuration(Sample.weight("web", "b0", 2), .merge))
        let bad = bench.submit(.configuration(Sample.backend("web", "b9", "10.0.0.9"), .merge))
        bench.scheduler.run()
        #expect(good.outcome != nil)
        #expect(bad.error?.kind == .limit)
        #expect(bad.error?.path?.description == "/farms/web/backends/b9")
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.backends.count == 3)
        bench.kernel.refuse = { _ in nil }
        bench.expectConsistent()
    }

    @Test("the helper fails: that change is refused, the next one goes on")
    func helperFails() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.refuseScript = { _ in
            KernelFailure(kind: .helper("killed by signal 11"), message: "nftlb-nft crashed")
        }
        let bad = bench.submit(.configuration(["farms": [["name": "web", "scheduler": "weight"]]], .merge))
        bench.scheduler.run()
        #expect(bad.error?.kind == .refusedByKernel)
        #expect(bad.error?.path?.description == "/farms/web")
        #expect(bench.apply(.object(Sample.weight("web", "b0", 2))).isSuccess)
        bench.kernel.refuseScript = { _ in nil }
        bench.expectConsistent()
    }

    @Test("a commit that is not durable is taken back in the kernel")
    func storageFails() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let before = bench.kernel.ruleset
        bench.store.failingCommits = 1
        let bad = bench.submit(.configuration(Sample.weight("web", "b0", 2), .merge))
        bench.scheduler.run()
        #expect(bad.error?.kind == .storage)
        #expect(bench.kernel.ruleset == before)
        #expect(bench.engine.revision == 1)
        #expect(bench.apply(.object(Sample.weight("web", "b0", 2))).isSuccess)
        bench.expectConsistent()
    }

    @Test("a dry run says what an apply then does, and does nothing")
    func dryRun() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        let change = Sample.backend("web", "b9", "10.0.0.9")
        let plan = bench.submit(.configuration(change, .merge), dryRun: true)
        bench.scheduler.run()
        #expect(bench.kernel.transactions.isEmpty)
        #expect(plan.outcome?.revision == 1)
        bench.apply(.object(change))
        #expect(plan.outcome?.transaction == bench.kernel.transactions[0].text())
    }

    @Test("a rename keeps identity: no element changes")
    func rename() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.kernel.forgetHistory()
        #expect(bench.apply([.rename(try! ObjectPath(parsing: "/farms/web"), to: Sample.name("shop"))]).isSuccess)
        #expect(bench.kernel.transactions.allSatisfy { $0.steps.allSatisfy { $0.list.set.name == "stamp" } })
        bench.expectConsistent()
    }

    @Test("elements that somebody else removed are corrected with the change that meets them, the others after it")
    func foreignChange() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        let slots = bench.kernel.elements("slots")!
        let usable = bench.kernel.elements("usable")!
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(
            Transaction([.delete(slots.slice(0..<20).keys), .delete(usable.slice(1..<2).keys)]))
        #expect(bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "down"]]]]]).isSuccess)
        #expect(bench.observer.notices.contains { if case .foreignChange = $0 { true } else { false } })
        bench.expectConsistent()
    }
}

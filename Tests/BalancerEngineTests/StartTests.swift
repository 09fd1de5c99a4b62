// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("Starts")
struct StartTests {
    @Test("an unchanged kernel is only read")
    func unchanged() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.expectConsistent()
    }

    @Test("an empty kernel gets everything")
    func afterReboot() {
        let bench = EngineBench()
        bench.apply(Sample.many(12))
        let again = EngineBench(kernel: Ruleset(), store: bench.store.durable)
        #expect(again.engine.configuration == bench.engine.configuration)
        again.expectConsistent()
    }

    @Test("elements, chains and shapes that were removed or added come back right", arguments: 0..<40)
    func tampered(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = EngineBench()
        bench.apply(Sample.many(2))
        for _ in 0..<Int.random(in: 1...6, using: &random) { try bench.tamper(&random) }
        let again = bench.restarted()
        #expect(again.engine.state == .ready)
        again.expectConsistent()
    }

    @Test("tables of another owner are refused and left as they are; with adopt they are taken over")
    func otherOwner() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        var contents = FakeStore.Contents()
        contents.metadata["store-id"] = Array("another".utf8)
        let stranger = EngineBench(kernel: bench.kernel.ruleset, store: contents)
        guard case .failure(.otherOwner) = stranger.start else {
            Issue.record("expected a refusal, got \(String(describing: stranger.start))")
            return
        }
        #expect(stranger.kernel.ruleset == bench.kernel.ruleset)
        let adopter = EngineBench(kernel: bench.kernel.ruleset, store: contents, adopt: true)
        #expect(adopter.engine.state == .ready)
        #expect(adopter.kernel.elements("services")?.isEmpty ?? true)
    }

    @Test("tables of another owner are brought to a whole configuration that waits, not to the empty store first")
    func takenOver() throws {
        let bench = EngineBench()
        bench.apply(Sample.many(4))
        let marks = bench.kernel.elements("usable")!
        var contents = FakeStore.Contents()
        contents.metadata["store-id"] = Array("another".utf8)

        func start(_ document: JSONValue) -> (EngineBench, Answer) {
            let adopter = EngineBench(
                kernel: bench.kernel.ruleset, store: contents, adopt: true, starting: false)
            let answer = adopter.submit(.configuration(document.object!, .replace))
            adopter.begin()
            return (adopter, answer)
        }
        let (refusing, refused) = start(Sample.farm("f", backends: 1, address: "nowhere"))
        #expect(refused.error?.kind == .invalid)
        guard case .failure(.refused) = refusing.start else {
            Issue.record("expected a refusal, got \(String(describing: refusing.start))")
            return
        }
        #expect(refusing.kernel.ruleset == bench.kernel.ruleset && refusing.store.durable == contents)

        let (adopter, answer) = start(Sample.many(4))
        #expect(answer.outcome?.revision == bench.engine.revision + 1)
        #expect(adopter.engine.state == .ready)
        #expect(adopter.kernel.scripts.count == 1, "the tables are replaced once, with all that they need")
        let new = adopter.kernel.elements("usable")!
        let known = Set((0..<marks.count).map { marks.key(at: $0) })
        #expect(new.count == marks.count && (0..<new.count).allSatisfy { !known.contains(new.key(at: $0)) })
        adopter.settle()
        adopter.expectConsistent()
    }

    @Test("other programs that commit all the time do not keep the engine from starting", arguments: [1, 7, 1000])
    func torn(_ count: Int) throws {
        let bench = EngineBench()
        bench.apply(Sample.many(4))
        bench.settle()
        let services = bench.kernel.elements("services")!
        bench.kernel.ruleset = try bench.kernel.ruleset.applying(Transaction([.delete(services.slice(0..<1).keys)]))
        let again = EngineBench(kernel: bench.kernel.ruleset, store: bench.store.durable, tornDumps: count)
        #expect(again.engine.state == .ready)
        #expect(again.kernel.elements("services")?.count == 4)
        again.expectConsistent()
    }

    @Test("a damaged row: the kernel stays, changes are refused with the reason")
    func damaged() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        var contents = bench.store.durable
        let key = contents.objects.keys.first { $0.kind == .backend }!
        contents.objects[key]!.body = Array("{".utf8)
        let again = EngineBench(kernel: bench.kernel.ruleset, store: contents)
        #expect(again.kernel.ruleset == bench.kernel.ruleset)
        #expect(again.submitted(Sample.farm("shop", backends: 1, address: "192.0.2.9")).error?.kind == .storage)
    }

    @Test("a damaged row: a whole configuration takes its place, with numbers that the kernel does not know")
    func recovered() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply(Sample.farm("shop", backends: 2, address: "192.0.2.9"))
        let marks = bench.kernel.elements("usable")!
        var contents = bench.store.durable
        let key = contents.objects.keys.first { $0.kind == .backend }!
        contents.objects[key]!.body = Array("{".utf8)

        // What is refused leaves all as it was.
        let again = EngineBench(kernel: bench.kernel.ruleset, store: contents)
        let wrong = again.submitted(Sample.farm("f", backends: 1, address: "nowhere"), mode: .replace)
        #expect(wrong.error?.kind == .invalid)
        again.store.failingCommits = 1
        #expect(again.submitted(Sample.farm("web", backends: 3), mode: .replace).error?.kind == .storage)
        #expect(again.kernel.ruleset == bench.kernel.ruleset && again.store.durable == contents)

        #expect(again.submitted(Sample.farm("web", backends: 3), mode: .replace).outcome?.revision == 3)
        #expect(again.engine.state == .ready)
        #expect(again.engine.configuration.farms.map(\.name.text) == ["web"])
        let new = again.kernel.elements("usable")!
        let known = Set((0..<marks.count).map { marks.key(at: $0) })
        #expect(new.count == 3 && (0..<3).allSatisfy { !known.contains(new.key(at: $0)) })
        again.settle()
        again.expectConsistent()
        // It is a state as any other.
        again.apply(["farms": [["name": "web", "scheduler": "weight"]]])
        EngineBench(kernel: again.kernel.ruleset, store: again.store.durable).expectConsistent()
    }

    @Test("requests that come while the engine loads wait for it")
    func early() {
        let bench = EngineBench(starting: false)
        let answer = bench.submit(.configuration(Sample.farm("web", backends: 1).object!, .merge))
        bench.scheduler.run()
        #expect(answer.result == nil)
        bench.engine.start { _ in }
        bench.scheduler.run()
        #expect(answer.outcome?.revision == 1)
    }

    @Test("shapes that nobody uses are collected after a while, and a start finds nothing to do")
    func collection() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply(["farms": [["name": "web", "scheduler": "weight"]]])
        for _ in 0..<4 {
            bench.scheduler.advance(milliseconds: 61_000)
            bench.scheduler.run()
        }
        #expect(bench.kernel.ruleset.tables[.ip]!.chains.keys.count { $0.hasPrefix("s-") } == 1)
        bench.apply(["farms": [["name": "web", "scheduler": "rr"]]])
        bench.expectConsistent()
    }

    @Test("what nobody uses is collected also when nothing changes after the start")
    func collectionAfterStart() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.apply(["farms": [["name": "web", "scheduler": "weight"]]])
        bench.settle()
        let again = bench.restarted()
        #expect(again.kernel.ruleset.tables[.ip]!.chains.keys.count { $0.hasPrefix("s-") } == 2)
        for _ in 0..<4 {
            again.scheduler.advance(milliseconds: 61_000)
            again.scheduler.run()
        }
        #expect(again.kernel.ruleset.tables[.ip]!.chains.keys.count { $0.hasPrefix("s-") } == 1)
        again.expectConsistent()
    }
}

extension EngineBench {
    func submitted(_ document: JSONValue, mode: ApplyMode = .merge) -> Answer {
        let answer = submit(.configuration(document.object!, mode))
        scheduler.run()
        return answer
    }

    /// Does what somebody with `nft` might do.
    func tamper(_ random: inout SeededGenerator) throws {
        // An extra slot of no farm is left where it is while the stamp is right: no packet can reach it.
        let sets = ["services", "usable", "to-port"]
        let reference = SetReference(family: .ip, name: sets.randomElement(using: &random)!)
        let list = kernel.ruleset.elements(of: reference)!
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where list.count > 0:
            let index = Int.random(in: 0..<list.count, using: &random)
            kernel.ruleset = try kernel.ruleset.applying(Transaction([.delete(list.slice(index..<index + 1).keys)]))
        case 1:
            var extra = ElementList(list.form)
            extra.append(
                key: (0..<list.keyLength).map { _ in UInt8.random(in: 1...255, using: &random) },
                data: (0..<list.dataLength).map { _ in UInt8.random(in: 1...255, using: &random) })
            kernel.ruleset = try kernel.ruleset.applying(Transaction([.add(extra)]))
        case 2:
            kernel.ruleset = try kernel.ruleset.applying(SkeletonScript([.flushChain(.ip, "prerouting")]))
        default:
            let stamp = SetReference(family: .ip, name: "stamp")
            if let present = kernel.ruleset.elements(of: stamp), present.count > 0 {
                kernel.ruleset = try kernel.ruleset.applying(Transaction([.delete(present.keys)]))
            }
        }
    }
}

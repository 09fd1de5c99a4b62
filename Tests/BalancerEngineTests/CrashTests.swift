// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@Suite("Crashes and failures between any two steps")
struct CrashTests {
    @Test("after a crash at any point of a small change, a start makes kernel and file the same", arguments: 0..<8)
    func small(_ seed: UInt64) {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        bench.failPoints.takesPictures = true
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10 { bench.apply(Sample.randomChange(&random)) }
        check(bench.failPoints.pictures)
    }

    @Test("slots that a small change leaves behind are found by a start that comes before they are taken away")
    func leftovers() {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        bench.failPoints.takesPictures = true
        bench.apply(["farms": [["name": "f0", "scheduler": "hash", "sched-param": ["srcip"]]]])
        bench.apply(["farms": [["name": "f0", "scheduler": "rr", "sched-param": []]]])
        bench.apply(try! [Change(json: ["delete": "/farms/f1"], at: .root)])
        bench.expectConsistent()
        check(bench.failPoints.pictures)
    }

    @Test("elements of maps that nobody needs any more go with a start that comes before they are swept")
    func former() {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        let farm: JSONValue = [
            "name": "limited", "source-addr": "10.8.77.7", "new-rtlimit": "5/second", "log": ["input", "forward"],
            "virtual-addr": "192.0.2.99", "virtual-ports": [80], "persistence": ["srcip"],
            "backends": [["name": "x", "ip-addr": "10.0.0.1", "mark": 0x100, "est-connlimit": 2]],
            "sessions": [["client": "203.0.113.7", "backend": "x"]],
        ]
        bench.apply(["farms": [farm]])
        bench.failPoints.takesPictures = true
        bench.apply(try! [Change(json: ["delete": "/farms/limited"], at: .root)])
        check(bench.failPoints.pictures)
        for picture in bench.failPoints.pictures where picture.point == .afterAnswer {
            let again = EngineBench(kernel: picture.kernel, store: picture.store)
            for set in ["snat-to", "blimit", "log-new", "log-in", "log-fwd", "static-srcip"] {
                #expect(again.kernel.elements(set)?.isEmpty ?? true, "\(set)")
            }
        }
    }

    @Test("after a crash at any point of a change in many transactions, too")
    func large() {
        let bench = EngineBench()
        bench.apply(Sample.many(3))
        bench.failPoints.takesPictures = true
        bench.apply(Sample.many(12))
        bench.apply(["farms": []], mode: .replace)
        let points = Set(bench.failPoints.pictures.map(\.point))
        #expect(
            points.isSuperset(of: [.afterPrepare, .afterKernelCommit, .afterStoreCommit, .afterAnswer, .afterSweep]))
        check(bench.failPoints.pictures)
    }

    @Test(
        "a failure at any point leaves kernel and file as they were, or as acknowledged", arguments: FailPoint.allCases)
    func failing(_ point: FailPoint) {
        for document in [Sample.farm("web", backends: 9, address: "192.0.2.1"), Sample.many(12), ["farms": []]] {
            let bench = EngineBench()
            bench.apply(Sample.many(6, from: 1000))
            bench.apply(["farms": [["name": "f1000", "scheduler": "weight"]]])
            let before = bench.engine.configuration
            bench.failPoints.failing = point
            let result = bench.apply(document, mode: .replace)
            if !result.isSuccess { #expect(bench.engine.configuration == before) }
            // A daemon that lived through it goes on.
            bench.failPoints.failing = nil
            #expect(bench.apply(Sample.farm("last", backends: 2, address: "198.51.100.1")).isSuccess)
            bench.expectConsistent()
        }
    }

    private func check(_ pictures: [FakeFailPoints.Picture]) {
        #expect(!pictures.isEmpty)
        for picture in pictures {
            let again = EngineBench(kernel: picture.kernel, store: picture.store)
            #expect(again.engine.state == .ready, "at \(picture.point)")
            #expect(again.engine.revision == picture.store.revisions.last?.revision ?? 0)
            again.expectConsistent()
        }
    }
}

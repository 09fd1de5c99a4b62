// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("What traffic has counted")
struct StatisticsTests {
    /// A bench with farm `web` of two backends (numbers 1 and 2) and farm `mail` of one (number 3).
    static func bench() -> EngineBench {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        bench.apply(Sample.farm("mail", backends: 1, address: "192.0.2.2"))
        bench.review()
        return bench
    }

    @Test("all marks of a number are one backend, and a farm is the sum of its backends")
    func sums() throws {
        let bench = Self.bench()
        bench.count(1, connections: 3, bytes: 180)
        bench.count(1 | BackendMark.masquerade, connections: 2, bytes: 120)
        bench.count(1, later: 10, 1000, replies: 7, 7000)
        bench.count(2 | BackendMark.masquerade, connections: 1, bytes: 60, later: 4, 400, replies: 3, 300)
        let statistics = try bench.statistics(.all)
        #expect(statistics.revision == bench.engine.revision)
        #expect(statistics.farms.map(\.name.text) == ["web", "mail"])
        let web = statistics.farms[0]
        #expect(web.backends.map(\.name.text) == ["b0", "b1"])
        #expect(web.backends[0].figures == Self.figures(5, 15, 7, 1300, 7000))
        #expect(web.backends[1].figures == Self.figures(1, 5, 3, 460, 300))
        #expect(web.total == Self.figures(6, 20, 10, 1760, 7300))
        #expect(statistics.farms[1].total == TrafficFigures())
        let named = try bench.statistics(.farms([Sample.name("mail"), Sample.name("web")]))
        #expect(named.farms == [statistics.farms[1], web])
    }

    static func figures(
        _ connections: UInt64, _ packetsIn: UInt64, _ packetsOut: UInt64, _ bytesIn: UInt64, _ bytesOut: UInt64
    ) -> TrafficFigures {
        var figures = TrafficFigures()
        figures.connections = connections
        figures.packetsIn = packetsIn
        figures.packetsOut = packetsOut
        figures.bytesIn = bytesIn
        figures.bytesOut = bytesOut
        return figures
    }

    @Test("a farm that is not there is named")
    func unknown() throws {
        let bench = Self.bench()
        let error = #expect(throws: BalancerError.self) {
            try bench.statistics(.farms([Sample.name("web"), Sample.name("shop")]))
        }
        #expect(error?.kind == .notFound && error?.path?.description == "/farms/shop")
        #expect(try bench.statistics(.farms([])).farms.isEmpty)
    }

    @Test("what a backend had counted stays in its farm's sum when it is deleted, and goes with the farm")
    func deleted() throws {
        let bench = Self.bench()
        bench.count(1, connections: 3, bytes: 180, later: 1, 100, replies: 1, 1000)
        bench.count(2, connections: 1, bytes: 60)
        let sum = Self.figures(4, 5, 1, 340, 1000)
        #expect(try bench.statistics(.all).farms[0].total == sum)
        bench.apply([.delete(try ObjectPath(parsing: "/farms/web/backends/b0"))])
        for selection in [StatisticsSelection.all, .farms([Sample.name("web")])] {
            #expect(try bench.statistics(selection).farms[0].total == sum, "before its counters are removed")
        }
        #expect(bench.kernel.elements("newconns")?.count == 2)
        bench.review()
        #expect(bench.kernel.elements("newconns")?.count == 1)
        #expect(bench.kernel.elements("traffic")?.isEmpty == true)
        for selection in [StatisticsSelection.all, .farms([Sample.name("web")])] {
            let web = try bench.statistics(selection).farms[0]
            #expect(web.total == sum, "afterwards")
            #expect(web.backends.map(\.figures) == [Self.figures(1, 1, 0, 60, 0)])
        }
        bench.apply([.delete(try ObjectPath(parsing: "/farms/web"))])
        bench.apply(Sample.farm("web", backends: 1))
        bench.review()
        #expect(try bench.statistics(.farms([Sample.name("web")])).farms[0].total == TrafficFigures())
    }

    @Test("counters are not taken away while they are read")
    func exclusive() throws {
        let bench = Self.bench()
        bench.count(1, connections: 3, bytes: 180)
        var result: Result<Statistics, BalancerError>?
        bench.engine.statistics(of: .all) { result = $0 }
        bench.engine.enqueueCounterWork { engine in
            #expect(result != nil || engine.counters.listeners.isEmpty)
            return CounterRemoval(engine: engine)
        }
        bench.apply([.delete(try ObjectPath(parsing: "/farms/web/backends/b0"))])
        bench.review()
        #expect(try result?.get().farms[0].total.connections == 3)
    }

    @Test("a reading of keys that are known is one dump of each set; new keys are read again until none are new")
    func passes() throws {
        let bench = Self.bench()
        func dumps(_ body: () throws -> Void) rethrows -> Int {
            let before = bench.kernel.dumps
            try body()
            return bench.kernel.dumps - before
        }
        #expect(try dumps { _ = try bench.statistics(.all) } == 2)
        bench.count(1, connections: 3, bytes: 180)
        #expect(try dumps { _ = try bench.statistics(.all) } == 3)
        #expect(try dumps { _ = try bench.statistics(.all) } == 2)
        bench.count(1, connections: 5, bytes: 300)
        #expect(try dumps { _ = try bench.statistics(.all) } == 2)
    }

    @Test("some farms of many are looked up by key, many of few are not; both say the same")
    func byKey() throws {
        let bench = Self.bench()
        bench.count(1 | BackendMark.masquerade, connections: 3, bytes: 180, later: 2, 200, replies: 2, 400)
        let selection = StatisticsSelection.farms([Sample.name("web")])
        let before = try bench.statistics(selection)
        #expect(before.farms[0].total == Self.figures(3, 5, 2, 380, 400))
        bench.apply(Sample.many(80))
        let dumps = bench.kernel.dumps
        #expect(try bench.statistics(selection).farms == before.farms)
        #expect(bench.kernel.dumps == dumps)
    }

    @Test("a backend with another mark goes on in its farm's sum")
    func marked() throws {
        let bench = Self.bench()
        bench.count(1 | BackendMark.masquerade, connections: 3, bytes: 180)
        bench.apply(["farms": [["name": "web", "mark": 0x100]]])
        bench.review()
        let web = try bench.statistics(.all).farms[0]
        #expect(web.total == Self.figures(3, 3, 0, 180, 0))
        #expect(web.backends[0].figures == web.total)
        #expect(bench.kernel.elements("newconns")?.count == 1)
    }

    @Test("what farms of mode local take themselves is theirs, and goes with them")
    func local() throws {
        let bench = Self.bench()
        bench.apply([
            "farms": [
                [
                    "name": "proxied", "mode": "local",
                    "addresses": [["name": "a", "ip-addr": "192.0.2.77", "ports": [80]]],
                    "backends": [["name": "b", "ip-addr": "10.5.0.1", "source-addr": "192.0.2.78"]],
                ]
            ]
        ])
        let number = try #require(bench.engine.farms[Sample.name("proxied")]?.identity.number)
        bench.set("newconns-local", ElementBytes.bytes(UInt32(number)), 4, 240)
        // The program's own connections are the backend's.
        bench.count(4 | BackendMark.proxied, connections: 7, bytes: 420)
        for selection in [StatisticsSelection.all, .farms([Sample.name("proxied")])] {
            let farm = try #require(try bench.statistics(selection).farms.last)
            #expect(farm.total == Self.figures(4, 4, 0, 240, 0))
            #expect(farm.backends[0].figures.connections == 7)
        }
        bench.apply([.delete(try ObjectPath(parsing: "/farms/proxied"))])
        bench.review()
        #expect(bench.kernel.elements("newconns-local")?.isEmpty == true)
    }

    @Test("counters of many backends that go at once are found by dump, and no others are removed", arguments: [1, 60])
    func manyDeleted(_ count: Int) throws {
        let bench = Self.bench()
        bench.apply(Sample.many(60))
        let marks = bench.marks
        for mark in marks { bench.count(mark, connections: 1, bytes: 60, later: 1, 60, replies: 1, 60) }
        bench.apply(try (0..<count).map { .delete(try ObjectPath(parsing: "/farms/f\($0)")) })
        bench.review()
        #expect(bench.kernel.elements("newconns")?.count == marks.count - 3 * count)
        #expect(bench.kernel.elements("traffic")?.count == 2 * (marks.count - 3 * count))
        #expect(bench.engine.retired.isEmpty)
        #expect(try bench.statistics(.all).farms.allSatisfy { $0.total.connections == UInt64($0.backends.count) })
    }

    @Test("what a dump leaves out because the table has grown meanwhile is found all the same")
    func growth() throws {
        let bench = Self.bench()
        _ = try bench.statistics(.all)
        for mark: UInt32 in 1...3 { bench.count(mark, connections: UInt64(mark), bytes: 60) }
        var isFirst = true
        bench.kernel.shownKeys = { keys in
            guard isFirst, keys.count == 3 else { return keys }
            isFirst = false
            // One twice, one not at all.
            var shown = keys.slice(0..<2)
            shown.append(contentsOf: keys.slice(1..<2))
            return shown
        }
        let statistics = try bench.statistics(.all)
        #expect(!isFirst)
        #expect(statistics.farms.map(\.total.connections) == [3, 3])
    }

    @Test("where commits never pause, counters are looked up", arguments: [0, 3, Int.max])
    func torn(_ count: Int) throws {
        let bench = Self.bench()
        for mark: UInt32 in 1...3 { bench.count(mark, connections: UInt64(mark), bytes: 60, replies: 5, 50) }
        bench.kernel.tornDumps = count
        let statistics = try bench.statistics(.all)
        #expect(statistics.farms.map(\.total.connections) == [3, 3])
        #expect(statistics.farms.map(\.total.packetsOut) == [10, 5])
    }

    @Test("a change that comes while all are read is answered before them")
    func besideChanges() throws {
        let bench = Self.bench()
        for index in 0..<500 {
            bench.apply(Sample.farm("f\(index)", backends: 1, address: "198.51.\(index / 250).\(index % 250)"))
        }
        bench.review()
        // A piece of work, and its turn of 2 ms is over.
        bench.scheduler.tick = 1_500_000
        var reading: Result<Statistics, BalancerError>?
        bench.engine.statistics(of: .all) { reading = $0 }
        bench.scheduler.turn()
        let change = bench.submit(.configuration(Sample.farm("web", backends: 3).object!, .merge))
        while change.result == nil, bench.scheduler.turn() {}
        #expect(change.outcome != nil)
        #expect(reading == nil)
        bench.scheduler.run()
        #expect(try reading?.get().farms.count == 502)
    }

    @Test("whoever asks while all are read shares the next reading")
    func shared() throws {
        let bench = Self.bench()
        _ = try bench.statistics(.all)
        let before = bench.kernel.dumps
        var answers = 0
        for _ in 0..<50 { bench.engine.statistics(of: .all) { if case .success = $0 { answers += 1 } } }
        bench.scheduler.run()
        #expect(answers == 50)
        #expect(bench.kernel.dumps == before + 4)
    }

    @Test("a start removes the counters of backends that are nobody's, and leaves the others")
    func strays() throws {
        let bench = Self.bench()
        bench.count(1, connections: 3, bytes: 180)
        bench.count(99 | BackendMark.masquerade, connections: 7, bytes: 700, replies: 1, 1)
        let again = bench.restarted()
        again.review()
        #expect(again.kernel.elements("newconns")?.count == 1)
        #expect(again.kernel.elements("traffic")?.isEmpty == true)
        #expect(try again.statistics(.all).farms[0].total.connections == 3)
    }

    @Test("counters that cannot be read are an error, and nothing else")
    func unreadable() throws {
        let bench = Self.bench()
        bench.kernel.ruleset.tables[.ip]?.sets["traffic"] = nil
        let error = #expect(throws: BalancerError.self) { try bench.statistics(.all) }
        #expect(error?.kind == .refusedByKernel)
        #expect(bench.apply(.object(Sample.weight("web", "b1", 2))).isSuccess)
    }
}

extension EngineBench {
    func statistics(_ selection: StatisticsSelection) throws -> Statistics {
        var result: Result<Statistics, BalancerError>?
        engine.statistics(of: selection) { result = $0 }
        scheduler.run()
        return try #require(result).get()
    }

    /// Lets traffic have counted: first packets, later packets, replies, with their bytes.
    func count(
        _ mark: UInt32, connections: UInt64 = 0, bytes first: UInt64 = 0, later: UInt64 = 0, _ laterBytes: UInt64 = 0,
        replies: UInt64 = 0, _ replyBytes: UInt64 = 0
    ) {
        set("newconns", ElementBytes.bytes(mark), connections, first)
        set("traffic", ElementBytes.bytes(0) + ElementBytes.bytes(mark), later, laterBytes)
        set("traffic", ElementBytes.bytes(1) + ElementBytes.bytes(mark), replies, replyBytes)
    }

    func set(_ name: String, _ key: [UInt8], _ packets: UInt64, _ bytes: UInt64) {
        guard packets > 0 else { return }
        kernel.ruleset.tables[.ip]?.sets[name]?.elements[key] = []
        kernel.ruleset.tables[.ip]?.sets[name]?.counts[key] = PacketCount(packets: packets, bytes: bytes)
    }
}

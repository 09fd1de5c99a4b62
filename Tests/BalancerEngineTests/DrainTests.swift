// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Testing

@Suite("Drains")
struct DrainTests {
    static let farm = Sample.name("web")

    static func order(_ backend: String, _ seconds: Int) throws -> Change {
        .drain(DrainOrder(farm: farm, backend: try Name(backend), deadline: try Seconds(seconds)))
    }

    static func backend(_ bench: EngineBench, _ index: Int = 0) throws -> (Backend, Condition) {
        let farm = try #require(bench.engine.configuration.farms[farm])
        return (farm.backends[index], bench.engine.condition(of: farm).backends[index])
    }

    /// Turns the loop for some seconds of both clocks.
    static func pass(_ seconds: Int, _ bench: EngineBench) {
        for _ in 0..<seconds * 10 {
            bench.scheduler.advance(milliseconds: 100)
            bench.scheduler.run()
            if bench.scheduler.now % 1_000_000_000 < 100_000_000 { bench.scheduler.wallClock += 1 }
        }
    }

    @Test("Off until the deadline, never a moment less; then down and cut, in this order")
    func deadline() throws {
        let bench = ReviewTests.bench()
        let mark = bench.marks[0]
        bench.connections.connections = [
            ReviewTests.connection(mark, id: 1, replied: true), ReviewTests.connection(bench.marks[1], id: 2),
        ]
        bench.connections.connections[0].transport = 6
        let revision = bench.engine.revision
        #expect(bench.apply([try Self.order("b0", 10)]).isSuccess)
        #expect(bench.engine.revision == revision + 1)
        Self.pass(1, bench)
        #expect(try Self.backend(bench).1 == Condition(.off, "draining, 1 left, 10 s"))
        Self.pass(8, bench)
        #expect(try Self.backend(bench).0.state == .off)
        #expect(bench.connections.cuts.isEmpty)
        Self.pass(4, bench)
        #expect(bench.engine.revision == revision + 2)
        #expect(try Self.backend(bench).1 == Condition(.down, "the backend is drained"))
        #expect(
            bench.connections.cuts
                == [ConnectionFilter.MarkBits(value: BackendMark.number(of: mark), mask: BackendMark.number)])
        #expect(bench.connections.connections.map(\.id) == [2])
        let backend = try Name("b0")
        #expect(bench.observer.notices.contains(.drained(farm: Self.farm, backend: backend, left: 1)))
        let events = bench.engine.events
        let told = (events.events(after: events.oldest, limit: .max) ?? []).map(\.content)
        #expect(told.count { $0 == .drained(farm: Self.farm, backend: backend, cut: 1) } == 1)
        let state = told.compactMap { if case .state(let state) = $0, state.backend == backend { state } else { nil } }
        #expect(state.last?.after == Condition(.down, "the backend is drained"))
        Self.pass(5, bench)
        #expect(bench.engine.revision == revision + 2)
    }

    @Test("A state that is said gives it up; a deadline that is said again replaces it")
    func givenUp() throws {
        let bench = ReviewTests.bench()
        bench.connections.connections = [ReviewTests.connection(bench.marks[0], id: 1, replied: true)]
        for state in ["up", "off", "down"] {
            bench.apply(ReviewTests.state("b0", "up"))
            bench.apply([try Self.order("b0", 5)])
            bench.apply(ReviewTests.state("b0", state))
            Self.pass(8, bench)
            let (backend, _) = try Self.backend(bench)
            #expect(backend.state.rawValue == state && backend.drainUntil == .none)
            #expect(bench.connections.cuts.isEmpty)
        }
        bench.apply(ReviewTests.state("b0", "up"))
        bench.connections.connections = [ReviewTests.connection(bench.marks[0], id: 1, replied: true)]
        bench.apply([try Self.order("b0", 5)])
        bench.apply([try Self.order("b0", 50)])
        Self.pass(10, bench)
        #expect(try Self.backend(bench).0.isDraining)
    }

    @Test("Nobody left, or only what is over: the end comes at once, but not where clients may come back")
    func early() throws {
        let bench = ReviewTests.bench()
        var over = ReviewTests.connection(bench.marks[0], id: 1, replied: true)
        over.isOver = true
        bench.connections.connections = [over]
        bench.apply([try Self.order("b0", 500)])
        Self.pass(1, bench)
        #expect(try Self.backend(bench).0.isDrained)
        bench.apply(["farms": [["name": "web", "persistence": ["srcip"]]]])
        bench.apply([try Self.order("b1", 5)])
        Self.pass(4, bench)
        #expect(try Self.backend(bench, 1).1 == Condition(.off, "draining, 0 left, 2 s"))
        Self.pass(3, bench)
        #expect(try Self.backend(bench, 1).0.isDrained)
    }

    @Test("A restart goes on with it, with the deadline it had")
    func restart() throws {
        let bench = ReviewTests.bench()
        bench.apply([try Self.order("b0", 20)])
        let again = bench.restarted()
        again.connections.connections = [ReviewTests.connection(bench.marks[0], id: 1, replied: true)]
        Self.pass(15, again)
        #expect(try Self.backend(again).0.isDraining)
        Self.pass(8, again)
        #expect(try Self.backend(again).0.isDrained)
        #expect(again.connections.connections.isEmpty)
    }

    @Test("What was decided and not yet cut is cut after the next start, and not again after the next change")
    func cutAfterRestart() throws {
        let bench = ReviewTests.bench()
        let connection = ReviewTests.connection(bench.marks[0], id: 1, replied: true)
        bench.apply(["farms": [["name": "web", "established-flows": "reset"]]])
        bench.apply(ReviewTests.state("b0", "down"))
        let again = bench.restarted()
        again.connections.connections = [connection]
        again.review()
        #expect(again.connections.cuts.count == 1 && again.connections.connections.isEmpty)
        again.apply(.object(Sample.weight("web", "b1", 3)))
        let third = again.restarted()
        third.review()
        #expect(third.connections.cuts.isEmpty)
    }

    @Test("Put up again before the cut: nothing is cut")
    func upAgain() throws {
        let bench = ReviewTests.bench()
        bench.apply(["farms": [["name": "web", "established-flows": "reset"]]])
        bench.apply(ReviewTests.state("b0", "down"))
        bench.apply(ReviewTests.state("b0", "up"))
        bench.review()
        #expect(bench.connections.cuts.isEmpty)
    }

    @Test("Many at once are one walk")
    func many() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 40))
        bench.apply(["farms": [["name": "web", "established-flows": "reset"]]])
        bench.review()
        bench.connections.connections = bench.marks.enumerated().map {
            ReviewTests.connection($1, id: UInt32($0), replied: true)
        }
        bench.connections.connections.append(ReviewTests.connection(0, id: 99))
        bench.apply([.delete(ObjectPath(["farms", "web"]))])
        bench.review()
        #expect(bench.connections.cuts.isEmpty)
        #expect(bench.connections.connections.map(\.id) == [99])
    }

    @Test("A refused end is tried again")
    func refused() throws {
        let bench = ReviewTests.bench()
        bench.apply([try Self.order("b0", 1)])
        bench.store.failingCommits = 1
        Self.pass(5, bench)
        #expect(try Self.backend(bench).0.isDrained)
    }

    @Test("What is declared of a drain is checked")
    func declared() throws {
        let bench = ReviewTests.bench()
        func refusal(_ backend: JSONValue) -> BalancerError? {
            if case .failure(let error) = bench.apply(["farms": [["name": "web", "backends": [backend]]]]) {
                return error
            }
            return nil
        }
        // Without effect, as everything that needs something else.
        #expect(refusal(["name": "b0", "drain-until": 1_900_000_000]) == nil)
        #expect(try !Self.backend(bench).0.isDraining && Self.backend(bench).1 == Condition(.up))
        let error = try #require(refusal(["name": "b0", "state": "off", "drain-until": "soon"]))
        #expect(error.kind == .invalid && error.path?.description == "/farms/web/backends/b0/drain-until")
        #expect(refusal(["name": "b0", "state": "off", "drain-until": -1]) != nil)
        #expect(refusal(["name": "b0", "state": "off", "drain-until": 1_900_000_000]) == nil)
        #expect(try Self.backend(bench).0.isDraining)
        #expect(refusal(["name": "b0", "weight": 7]) == nil)
        #expect(try Self.backend(bench).0.isDraining)
    }
}

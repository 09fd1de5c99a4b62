// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import EngineSupport
import JSON
import Testing

@testable import BalancerEngine

@Suite("Since when states are what they are")
struct MomentTests {
    static func moments(_ bench: EngineBench) throws -> FarmMoments {
        try #require(bench.engine.status.moments(of: Sample.name("web")))
    }

    static func states(_ bench: EngineBench) -> [StateEvent] {
        let events = bench.engine.events
        return (events.events(after: events.oldest, limit: .max) ?? []).compactMap { event in
            if case .state(let state) = event.content { state } else { nil }
        }
    }

    @Test("Each state has a moment of its own, and only a change of it moves it")
    func moments() throws {
        let bench = EngineBench()
        let made = bench.scheduler.wallClock
        bench.apply(Sample.farm("web", backends: 2))
        #expect(try Self.moments(bench).farm == Moments(declared: made, operational: .up, since: made))
        bench.scheduler.wallClock += 100
        bench.apply(.object(Sample.weight("web", "b0", 7)))
        #expect(try Self.moments(bench).backends[0] == Moments(declared: made, operational: .up, since: made))

        bench.apply(ReviewTests.state("b0", "down"))
        let down = try Self.moments(bench)
        #expect(down.farm == Moments(declared: made, operational: .degraded, since: made + 100))
        #expect(down.backends[0] == Moments(declared: made + 100, operational: .down, since: made + 100))
        #expect(down.backends[1] == Moments(declared: made, operational: .up, since: made))

        // What is declared changes, what is the case does not.
        bench.scheduler.wallClock += 100
        bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "up", "priority": 2]]]]])
        #expect(
            try Self.moments(bench).backends[0] == Moments(declared: made + 200, operational: .off, since: made + 200))
        bench.scheduler.wallClock += 100
        bench.apply(ReviewTests.state("b0", "off"))
        #expect(
            try Self.moments(bench).backends[0] == Moments(declared: made + 300, operational: .off, since: made + 200))
    }

    @Test("A restart moves nothing, and a renamed backend is the same one")
    func restart() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 3))
        bench.scheduler.wallClock += 50
        bench.apply(ReviewTests.state("b2", "off"))
        bench.apply([.rename(ObjectPath(["farms", "web", "backends", "b2"]), to: Sample.name("c"))])
        let before = try Self.moments(bench)
        #expect(before.backends[2].since == before.backends[1].since + 50)
        let again = bench.restarted()
        #expect(again.scheduler.wallClock != bench.scheduler.wallClock)
        #expect(try Self.moments(again) == before)
        again.scheduler.run()
        #expect(try Self.moments(again) == before && Self.states(again).isEmpty)
    }

    @Test("Rows of before that know no moments are read: since the start")
    func olderRows() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 1))
        var contents = bench.store.durable
        for (key, row) in contents.objects {
            var row = row
            var document = try #require(try JSONValue(parsing: row.body).object)
            document[Moments.key] = nil
            row.body = JSONValue.object(document).serialized()
            contents.objects[key] = row
        }
        let again = EngineBench(kernel: bench.kernel.ruleset, store: contents)
        #expect(again.start != nil)
        #expect(try Self.moments(again).backends[0].since == again.scheduler.wallClock)
    }

    @Test("Who does otherwise is told, after the change that made it so")
    func events() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        #expect(Self.states(bench).isEmpty)
        bench.apply(ReviewTests.state("b0", "down"))
        let web = Sample.name("web")
        let reason = "1 of 2 backends take no connections"
        #expect(
            Self.states(bench) == [
                StateEvent(farm: web, before: .up, after: Condition(.degraded, reason)),
                StateEvent(
                    farm: web, backend: Sample.name("b0"), before: .up, after: Condition(.down, "the backend is down")),
            ])
        bench.apply(.object(Sample.weight("web", "b1", 3)))
        #expect(Self.states(bench).count == 2)
        bench.apply([.delete(ObjectPath(["farms", "web", "backends", "b0"]))])
        #expect(Self.states(bench).count == 3)
        #expect(Self.states(bench).last == StateEvent(farm: web, before: .degraded, after: Condition(.up)))
    }
}

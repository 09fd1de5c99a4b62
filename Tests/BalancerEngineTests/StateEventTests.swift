// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON
import Testing

@Suite("Steps from one state to another")
struct StateEventTests {
    private static func state(_ backend: String, _ state: String) -> JSONValue {
        ["farms": [["name": "web", "backends": [["name": .string(backend), "state": .string(state)]]]]]
    }

    /// What was told after a change: `web up>degraded`, `web/b0 up>down`.
    private func steps(_ bench: EngineBench, _ body: (EngineBench) -> Void) -> [String] {
        let place = bench.engine.events.newest
        body(bench)
        return (bench.engine.events.events(after: place, limit: .max) ?? []).compactMap { event in
            guard case .state(let step) = event.content else { return nil }
            let name = step.farm.text + (step.backend.map { "/\($0)" } ?? "")
            return "\(name) \(step.before.rawValue)>\(step.after.state.rawValue)"
        }
    }

    @Test("a backend that goes takes its farm along, step by step; what does not change a state tells none")
    func steps() {
        let bench = EngineBench()
        #expect(steps(bench) { $0.apply(Sample.farm("web", backends: 2)) } == [])
        #expect(steps(bench) { $0.apply(Self.state("b0", "down")) } == ["web up>degraded", "web/b0 up>down"])
        #expect(steps(bench) { $0.apply(.object(Sample.weight("web", "b1", 9))) } == [])
        #expect(steps(bench) { $0.apply(Self.state("b1", "off")) } == ["web degraded>down", "web/b1 up>off"])
        #expect(steps(bench) { $0.apply(Self.state("b0", "up")) } == ["web down>up", "web/b0 down>up"])
        let off: JSONValue = ["farms": [["name": "web", "state": "off"]]]
        #expect(steps(bench) { $0.apply(off) } == ["web up>off"])
        #expect(steps(bench) { $0.apply([.delete(ObjectPath(["farms", "web"]))]) } == [])
    }

    @Test("a backend of another priority that steps in is told, too")
    func priority() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        let spare: JSONValue = ["farms": [["name": "web", "backends": [["name": "b1", "priority": 2]]]]]
        #expect(steps(bench) { $0.apply(spare) } == ["web/b1 up>off"])
        let steps = steps(bench) { $0.apply(Self.state("b0", "down")) }
        #expect(steps == ["web up>degraded", "web/b0 up>down", "web/b1 off>up"])
    }

    @Test("the step comes before the change is answered, and a change that fails tells none")
    func failure() {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        bench.store.failingCommits = 1
        #expect(steps(bench) { $0.apply(Self.state("b0", "down")) } == [])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// Groups of backends: the best one of which a backend is up takes new connections.
@Suite("Priorities", .requiresKernel, .serialized)
struct PriorityTests {
    static let service = Endpoint("192.0.2.1", 80)
    static let service6 = Endpoint("2001:db8::1", 80)

    /// One farm with both families: the same priorities and states in each.
    static func farm(_ backends: [(priority: Int, state: String)]) -> Declared.Object {
        let of = { (ipv6: Bool) in
            backends.enumerated().map { index, backend in
                Declared.backend(
                    index + 1, ipv6: ipv6, ["priority": backend.priority, "state": backend.state])
            }
        }
        return [
            "name": "f", "backends": of(false) + of(true),
            "addresses": [Declared.address("four", at: service), Declared.address("six", at: service6)],
        ]
    }

    /// Priorities of five backends, their states, and who answers.
    static let steps: [(states: String, answers: Set<String>, comment: String)] = [
        ("up up up up up", ["b1", "b2"], "the first group alone"),
        ("down up up up up", ["b2"], "one of the group is down: the others of the group"),
        ("down down up up up", ["b3", "b4"], "all of it: the next group, and that one alone"),
        ("down down down down up", ["b5"], "over a gap"),
        ("off up up up up", ["b2"], "off takes no new clients"),
        ("off off up up up", ["b3", "b4"], "a group that is off"),
        ("off down off down up", ["b5"], "off and down"),
        ("down down up down up", ["b3"], "a group comes back"),
        ("up down down down up", ["b1"], "and the first one"),
        ("up up up up up", ["b1", "b2"], "all as in the beginning"),
    ]

    @Test(
        "Groups, gaps, fail over and back; what is established lives through all of it (defect 8.4.8)",
        arguments: [[1, 1, 2, 2, 5], [4, 4, 7, 7, 2_000_000_000]])
    func groups(priorities: [Int]) throws {
        let lab = try Lab(backends: 5)
        let daemon = try Daemon(on: lab)
        var held: [Held] = []
        var load: LoadLoop?
        for (states, answers, comment) in Self.steps {
            let states = states.split(separator: " ").map(String.init)
            try daemon.apply(farms: [Self.farm(Array(zip(priorities, states)))])
            if load == nil { load = lab.load([Self.service, Self.service6]) }
            for service in [Self.service, Self.service6] {
                #expect(Set(try lab.spread(20, to: service).keys) == answers, "\(comment): \(service)")
                held.append(try lab.hold(service))
            }
            for one in held { one.expectAlive("\(comment)") }
        }
        #expect(Set(held.map(\.answer.backend)).count >= 4, "nearly every backend has had its turn")
        load?.expectNoFailure()
    }

    @Test("Each family has its own group; a priority that changes moves new connections at once")
    func families() throws {
        let lab = try Lab(backends: 3)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm([(1, "up"), (2, "up"), (3, "up")])])
        try daemon.set("f", "b1-6", ["state": "down"])
        #expect(Set(try lab.spread(4, to: Self.service).keys) == ["b1"])
        #expect(Set(try lab.spread(4, to: Self.service6).keys) == ["b2"])
        try daemon.set("f", "b3-6", ["priority": 2])
        #expect(Set(try lab.spread(4, to: Self.service6).keys) == ["b2", "b3"])
        try daemon.set("f", "b3-6", ["priority": 1])
        #expect(Set(try lab.spread(4, to: Self.service6).keys) == ["b3"])
        try daemon.set("f", "b1", ["priority": 9])
        #expect(Set(try lab.spread(4, to: Self.service).keys) == ["b2"])
    }

    @Test("Weights and a hash look at the group that serves", arguments: ["rr", "weight", "hash", "maglev"])
    func schedulers(scheduler: String) throws {
        let lab = try Lab(backends: 4)
        let daemon = try Daemon(on: lab)
        var farm = Self.farm([(1, "up"), (1, "up"), (2, "up"), (2, "up")])
        farm["scheduler"] = scheduler
        farm["sched-param"] = scheduler == "rr" || scheduler == "weight" ? [] : ["srcport"]
        try daemon.apply(farms: [farm])
        for service in [Self.service, Self.service6] {
            #expect(Set(try lab.spread(30, to: service).keys) == ["b1", "b2"])
        }
        for name in ["b1", "b2", "b1-6", "b2-6"] { try daemon.set("f", name, ["state": "down"]) }
        for service in [Self.service, Self.service6] {
            #expect(Set(try lab.spread(30, to: service).keys) == ["b3", "b4"])
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// kill -9 at any moment under changes, again and again on one state: fail points are the places somebody thought of.
/// `CRASH_KILLS` makes it longer (`make crash`), `CRASH_SEED` repeats the changes (the moments are the machine's).
@Suite("kill -9", .requiresKernel, .serialized)
struct KillTests {
    static let environment = ProcessInfo.processInfo.environment
    static let kills = Int(environment["CRASH_KILLS"] ?? "") ?? 50
    static let seed = UInt64(environment["CRASH_SEED"] ?? "") ?? UInt64.random(in: 1...1_000_000)

    @Test("After each: every acknowledged change is there, none is half, the kernel is what the store says")
    func kills() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let mirror = try Mirror(lab)
        var changes = KillChanges(seed: Self.seed)
        var moments = SeededNumbers(seed: Self.seed &+ 1)
        var (acknowledged, unanswered, survived) = (0, 0, 0)
        for round in 0..<Self.kills {
            let place: Comment = "kill \(round), seed \(Self.seed)"
            // States that the daemon may come back with: before the first of them, behind it, and so on.
            var states = [changes.state]
            let remote = try daemon.remote()
            func send() throws {
                _ = try remote.send("configuration.apply", ["changes": changes.next()])
                states.append(changes.state)
            }
            // One after the other, or several in one group; killed a moment after one of the answers.
            for _ in 0..<[1, 3, 20][moments.below(3)] { try send() }
            let last = moments.below(12)
            if last == 0 { strike(daemon, after: moments.below(20_000)) }
            var answered = 0
            while let reply = try? remote.receive() {
                #expect(reply["error"].isMissing, "\(place): \(reply)")
                answered += 1
                if answered == last { strike(daemon, after: moments.below(6_000)) }
                try? send()
            }
            daemon.ended()

            try daemon.start()
            let found = try KillChanges.State(daemon.remote().call("configuration.get")["configuration"])
            guard let index = states.lastIndex(of: found), index >= answered else {
                Issue.record("\(place): \(answered) were answered; \(found) is none of what may be there")
                return
            }
            #expect(try lab.balancer.elements() == mirror.elements(of: daemon), place)
            changes.state = found
            acknowledged += answered
            unanswered += states.count - 1 - answered
            survived += index - answered
        }
        print(
            "crash: \(Self.kills) kills, \(acknowledged) changes acknowledged and there, \(unanswered) never answered,",
            "\(survived) of these there as a whole, seed \(Self.seed)")
        // Else the kills came before or after everything.
        #expect(acknowledged > Self.kills && unanswered >= Self.kills / 2)
    }

    private func strike(_ daemon: Daemon, after microseconds: Int) {
        let pid = daemon.process?.identifier ?? 0
        Thread {
            usleep(UInt32(microseconds))
            kill(pid, SIGKILL)
        }.start()
    }
}

/// Another kernel, in which a copy of a daemon's state is applied.
struct Mirror {
    private let space: NetworkNamespace
    private let copy: Daemon

    init(_ lab: Lab) throws {
        space = try NetworkNamespace()
        copy = try Daemon(in: space, folder: lab.folder.appending(path: "mirror"))
    }

    /// The elements that the state gives in an empty kernel. The daemon runs, and changes nothing meanwhile.
    func elements(of daemon: Daemon) throws -> [String] {
        try space.nft("flush ruleset")
        try FileManager.default.removeItem(atPath: copy.state)
        try FileManager.default.createDirectory(atPath: copy.state, withIntermediateDirectories: true)
        for name in ["nftlb.db", "nftlb.db-wal"] {
            let path = "\(daemon.state)/\(name)"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            try FileManager.default.copyItem(atPath: path, toPath: "\(copy.state)/\(name)")
        }
        let output = try copy.run(["--once"])
        guard output.status == 0 else { throw Unexpected(text: output.err) }
        return try space.elements()
    }
}

/// Requests that each change several objects, so that half of one would show, and what is declared after each.
struct KillChanges {
    /// Farm → what it is like.
    struct State: Equatable, CustomStringConvertible {
        var farms: [String: Farm] = [:]

        struct Farm: Equatable {
            var scheduler = "rr"
            var weights: [String: Int] = [:]
        }

        init() {}

        init(_ document: Reply) {
            for farm in document["farms"].array {
                var found = Farm()
                if let scheduler = farm["scheduler"].string { found.scheduler = scheduler }
                for backend in farm["backends"].array {
                    found.weights[backend["name"].string ?? ""] = backend["weight"].integer ?? 1
                }
                farms[farm["name"].string ?? ""] = found
            }
        }

        var description: String {
            farms.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.scheduler) \($0.value.weights)" }
                .joined(separator: "; ")
        }
    }

    var state = State()
    private var random: SeededNumbers

    init(seed: UInt64) { random = SeededNumbers(seed: seed) }

    /// The changes of one request.
    mutating func next() -> [Declared.Object] {
        let names = state.farms.keys.sorted()
        switch random.below(6) {
        case 0 where !names.isEmpty:
            let name = pick(names)
            state.farms[name] = nil
            return [["delete": "/farms/\(name)"], set(pick(names))]
        case 1 where !names.isEmpty:
            // Another shape: the helper, and a sweep.
            let name = pick(names)
            guard state.farms[name] != nil else { return [set(name)] }
            let scheduler = ["rr", "weight", "hash"][random.below(3)]
            state.farms[name]?.scheduler = scheduler
            let parameters = scheduler == "hash" ? ["srcip"] : []
            return [
                [
                    "set": [
                        "farms": [["name": name, "scheduler": scheduler, "sched-param": parameters] as Declared.Object]
                    ]
                ],
                set(pick(names)),
            ]
        case 2 where names.count > 1, 3 where names.count > 1: return [set(pick(names)), set(pick(names))]
        default: return [set("f\(random.below(12))"), set("f\(random.below(12))")]
        }
    }

    private mutating func pick(_ names: [String]) -> String { names[random.below(names.count)] }

    /// Makes a farm, or gives its backends other weights and perhaps takes one more.
    private mutating func set(_ name: String) -> Declared.Object {
        let number = Int(name.dropFirst()) ?? 0
        var farm = state.farms[name] ?? State.Farm()
        for index in 1...(1 + random.below(3)) { farm.weights["b\(index)"] = 1 + random.below(4) }
        state.farms[name] = farm
        let backends = farm.weights.sorted { $0.key < $1.key }.map { name, weight in
            ["name": name, "ip-addr": "10.9.11.\(10 + (Int(name.dropFirst()) ?? 0))", "port": 8080, "weight": weight]
                as Declared.Object
        }
        let document: Declared.Object = [
            "name": name, "addresses": [Declared.address(name, at: Endpoint("192.0.2.\(10 + number)", 80))],
            "backends": backends,
        ]
        return ["set": ["farms": [document]]]
    }
}

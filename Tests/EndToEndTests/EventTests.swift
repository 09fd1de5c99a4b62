// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What happens, as people and programs see it: no gap, nothing twice, and nobody waits for who is slow.
@Suite("Events", .requiresKernel, .serialized)
struct EventTests {
    static let service = Endpoint("192.0.2.1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("web", at: service, backends: Declared.backends(), ["persistence": ["srcip"]])
        ])
        return (lab, daemon)
    }

    @Test("Changes, refusals, drift and sessions are told as they happen, with who and what")
    func kinds() throws {
        let (lab, daemon) = try Self.start()
        let watcher = try Watcher(daemon)
        try watcher.begin(daemon)
        _ = try lab.hold(Self.service)
        #expect(
            try daemon.control("backend", "set", "web", "b1", "weight=3", "--comment", "b1 is stronger").status == 0)
        #expect(try daemon.control("backend", "set", "web", "b1", "weight=x").status != 0)
        _ = try daemon.refusal(of: [["name": "web", "mode": "nonsense"]])
        #expect(try daemon.control("session", "delete", "web").status == 0)
        try lab.balancer.nft("flush map ip nftlb slots")
        let events = try watcher.wait { $0.contains { $0["event"].string == "drift" } }
        let changed = try #require(events.first { $0["event"].string == "changed" })
        #expect(changed["revision"].integer == 2 && changed["comment"].string == "b1 is stronger")
        #expect(changed["paths"].array.map(\.string) == ["/farms/web/backends/b1"])
        #expect(changed["user"].integer == 0 && changed["origin"].string == "rpc")
        let refused = try #require(events.first { $0["event"].string == "refused" && $0["path"].string != nil })
        #expect(refused["kind"].string != nil && refused["reason"].string != nil)
        let session = try #require(events.first { $0["event"].string == "session" })
        #expect(session["farm"].string == "web" && session["count"].integer == 1)
        #expect(events.last { $0["event"].string == "drift" }?["count"].integer ?? 0 > 0)
        let sequences = events.compactMap { $0["sequence"].integer }
        #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $1 == $0 + 1 })

        // The same for people, from the beginning.
        let program = try Program([Programs.path("nftlbctl"), "--socket", daemon.socket, "events", "--since", "0"])
        let end = Date(timeIntervalSinceNow: 20)
        while program.written.out.contains("drift") == false, Date() < end { usleep(20_000) }
        program.signal(SIGTERM)
        let text = program.end().out
        let line = "changed  revision 2 by root (rpc): /farms/web/backends/b1 \"b1 is stronger\""
        #expect(text.contains(line), "\(text)")
        #expect(text.contains("corrected"))
    }

    @Test("Behind an event or a revision: everything that came after it, and nothing else")
    func resume() throws {
        let (_, daemon) = try Self.start()
        for weight in 2...6 { try daemon.set("web", "b1", ["weight": weight]) }
        let all = try Watcher(daemon, "--since", "0").wait { $0.count == 6 }
        #expect(all.map { $0["revision"].integer } == [1, 2, 3, 4, 5, 6])
        let sequence = try #require(all[2]["sequence"].integer)
        let rest = try Watcher(daemon, "--after", "\(sequence)").wait { $0.count == 3 }
        #expect(rest.map(\.line) == all.dropFirst(3).map(\.line))
        let since = try Watcher(daemon, "--since", "4").wait { $0.count == 2 }
        #expect(since.map(\.line) == all.dropFirst(4).map(\.line))
    }

    @Test("Over kills of the daemon each change is told once")
    func restart() throws {
        let (_, daemon) = try Self.start()
        let watcher = try Watcher(daemon, "--since", "0")
        _ = try watcher.wait { $0.count == 1 }
        var weight = 1
        for _ in 0..<4 {
            for _ in 0..<10 {
                weight += 1
                try daemon.set("web", "b1", ["weight": weight])
            }
            daemon.kill()
            try daemon.start()
        }
        weight += 1
        let last = try daemon.set("web", "b1", ["weight": weight])
        let events = try watcher.wait { $0.last?["revision"].integer == last }
        let revisions = events.filter { $0["event"].string == "changed" }.compactMap { $0["revision"].integer }
        #expect(revisions == Array(1...last))
        #expect(events.contains { $0["event"].string == "lost" })
        daemon.kill()
    }

    @Test("A watcher that stands still delays nobody, costs little, and misses no change")
    func slow() throws {
        let (_, daemon) = try Self.start()
        let watcher = try Watcher(daemon, "--since", "0")
        _ = try watcher.wait { $0.count == 1 }
        watcher.signal(SIGSTOP)
        let comment = String(repeating: "c", count: 3_000)
        let remote = try daemon.remote()
        let count = 4_000
        var last = 0
        for round in 0..<count / 100 {
            for place in 0..<100 {
                let backend: [String: Any] = ["name": "b1", "weight": 2 + (round * 100 + place) % 7]
                let document = ["farms": [["name": "web", "backends": [backend]]]]
                _ = try remote.send("configuration.apply", ["configuration": document, "comment": comment])
            }
            for _ in 0..<100 { last = try remote.receive()["result"]["revision"].integer ?? last }
        }
        #expect(last == count + 1)
        watcher.signal(SIGCONT)
        let events = try watcher.wait(within: 60) { $0.last?["revision"].integer == last }
        let revisions = events.filter { $0["event"].string == "changed" }.compactMap { $0["revision"].integer }
        #expect(revisions == Array(1...last))
        // 12 MiB of comments went by; 4 MiB are kept in memory.
        #expect(events.contains { $0["event"].string == "lost" })
    }

    @Test("What a limit refuses is told while somebody watches; states and drains, too")
    func limits() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, ["new-rtlimit": "1/hour", "new-rtlimit-burst": 2]), scene.farm("g", 2, [:]),
        ])
        let watcher = try Watcher(scene.daemon)
        try watcher.begin(scene.daemon)
        // Its first look is the one that the next is compared with.
        sleep(1)
        #expect(try scene.answered(5) == 2)
        #expect(try scene.answered(5, farm: 2) == 5)
        let events = try watcher.wait { $0.contains { $0["event"].string == "limit" } }
        let limit = try #require(events.last { $0["event"].string == "limit" })
        #expect(limit["farm"].string == "f" && limit["limit"].string == "new-rtlimit" && limit["count"].integer == 3)

        let backend = try #require(
            try scene.daemon.remote().call("status.get")["farms"][1]["backends"][0]["name"].string)
        #expect(try scene.daemon.control("backend", "drain", "g", backend, "--deadline", "1s", "--wait").status == 0)
        let drained = try watcher.wait { $0.contains { $0["event"].string == "drained" } }
        let last = try #require(drained.last { $0["event"].string == "drained" })
        #expect(last["farm"].string == "g" && last["backend"].string == backend)
        let states = drained.filter { $0["event"].string == "state" && $0["backend"].string == backend }
        #expect(states.last?["operational"].string == "down" && states.first?["before"].string == "up")
    }

    @Test("Waiting for a farm ends when it is available, deleted, or time is up")
    func wait() throws {
        let (_, daemon) = try Self.start()
        #expect(try daemon.control("wait", "farm", "web", "--for", "available").status == 0)
        for backend in ["b1", "b2", "b3"] { try daemon.set("web", backend, ["state": "down"]) }
        let late = try daemon.control("wait", "farm", "web", "--for", "available", "--timeout", "300ms")
        #expect(late.status == 8 && late.err.contains("no backend takes new connections"), "\(late.err)")
        #expect(try daemon.control("wait", "farm", "nobody").status == 4)
        let words = [Programs.path("nftlbctl"), "--socket", daemon.socket, "wait", "farm", "web"]
        let waiting = try Program(words + ["--for", "available", "--timeout", "20s"])
        usleep(300_000)
        #expect(waiting.isRunning)
        try daemon.set("web", "b2", ["state": "up"])
        #expect(waiting.end().status == 0)
        let deleted = try Program(words + ["--for", "deleted"])
        try daemon.delete("/farms/web")
        #expect(deleted.end().status == 0)
    }
}

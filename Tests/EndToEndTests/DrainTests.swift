// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Backends leave without hurting anybody before the deadline, and then for good.
@Suite("Drain", .requiresKernel, .serialized)
struct DrainTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// A balancer with one farm on TCP and UDP.
    struct Scene {
        let lab: Lab
        let daemon: Daemon

        init(backends: Int = 2, _ more: Declared.Object = [:]) throws {
            lab = try Lab(backends: backends)
            daemon = try Daemon(on: lab)
            var farm = Declared.farm("f", at: service, backends: Declared.backends(1...backends), more)
            farm["addresses"] = ["tcp", "udp"].map { Declared.address($0, at: service, over: $0) }
            try daemon.apply(farms: [farm])
        }

        /// Conversations, by backend.
        func held(_ count: Int, udp: Bool = false) throws -> [String: [Held]] {
            Dictionary(grouping: try (0..<count).map { _ in try lab.hold(service, udp: udp) }, by: \.answer.backend)
        }

        func backend(_ index: Int = 0) throws -> Reply {
            try daemon.remote().call("status.get")["farms"][0]["backends"][index]
        }

        func waitUntil(_ seconds: Double = 30, _ isSo: (Reply) -> Bool) throws -> Reply {
            let end = Date(timeIntervalSinceNow: seconds)
            while true {
                let status = try backend()
                if isSo(status) { return status }
                guard Date() < end else { throw Unexpected(text: "\(status)") }
                usleep(20_000)
            }
        }

        /// How many connections of the client lead to a backend.
        func connections(to backend: Int) throws -> Int {
            try lab.balancer.connections().count { $0.contains("src=\(Lab.ipv4(backend)) ") }
        }
    }

    @Test("No new connections at once; those there stay and are counted; at the deadline they are cut")
    func deadline() throws {
        let scene = try Scene()
        let (streams, datagrams) = (try scene.held(8), try scene.held(6, udp: true))
        #expect(streams["b1"]?.count == 4 && datagrams["b1"]?.count == 3)
        let output = try scene.daemon.control("backend", "drain", "f", "b1", "--deadline", "3s")
        #expect(output.status == 0, "\(output)")
        let ordered = Date()
        #expect(try scene.lab.spread(8, to: Self.service) == ["b2": 8])
        #expect(try scene.lab.spread(4, to: Self.service, udp: true) == ["b2": 4])
        let counted = try scene.waitUntil { $0["drain"]["left"].integer == 7 }
        #expect(counted["state"].string == "off" && counted["operational"].string == "off")
        let reason = counted["reason"].string ?? ""
        #expect(reason.hasPrefix("draining, 7 left, ") && reason.hasSuffix(" s"), "\(reason)")
        #expect(try scene.daemon.control("status").out.contains("draining, 7 left, "))
        while Date().timeIntervalSince(ordered) < 2.5 {
            for one in streams["b1"]! + datagrams["b1"]! { one.expectAlive() }
            usleep(100_000)
        }
        let ended = try scene.waitUntil { $0["drain"].isMissing }
        #expect(Date().timeIntervalSince(ordered) >= 2.9)
        #expect(ended["state"].string == "down" && ended["reason"].string == "the backend is drained")
        #expect(try scene.connections(to: 1) == 0)
        // A stream's next packet belongs to nobody: the client is told to connect again. Datagrams go on elsewhere.
        for one in streams["b1"]! { #expect(throws: ConversationFailure.self) { try one.conversation.ask() } }
        for one in datagrams["b1"]! { #expect(try one.conversation.ask().backend == "b2") }
        for one in streams["b2"]! + datagrams["b2"]! { one.expectAlive("b2") }
        #expect(scene.daemon.log.contains("f/b1 is drained: 7 connections were left, and are cut"))
    }

    @Test("Datagrams that were never answered are cut, too")
    func unanswered() throws {
        let scene = try Scene()
        // The backend drops what comes.
        try scene.lab.topology.backends[0].namespace.nft(
            "table ip silent {\nchain input {\ntype filter hook input priority 0\npolicy drop\n}\n}\n")
        let senders = try (0..<4).map { _ in try Sender(scene.lab, Self.service) }
        for sender in senders { _ = sender.ask() }
        #expect(try scene.connections(to: 1) == 2)
        let drained = try scene.daemon.control("backend", "drain", "f", "b1", "--deadline", "1s", "--wait")
        #expect(drained.status == 0, "\(drained)")
        #expect(try scene.connections(to: 1) == 0)
        for sender in senders { #expect(sender.askUntil { _ in true } == "b2") }
    }

    @Test("Sticky clients stay until the deadline, also with new connections, and move then")
    func sticky() throws {
        let scene = try Scene(["persistence": ["srcip"]])
        let home = try scene.lab.hold(Self.service).answer.backend
        let other = home == "b1" ? "b2" : "b1"
        try scene.daemon.control("backend", "drain", "f", home, "--deadline", "2s")
        #expect(try scene.lab.spread(5, to: Self.service) == [home: 5])
        let waited = try scene.daemon.control("backend", "drain", "f", home, "--deadline", "2s", "--wait")
        #expect(waited.status == 0, "\(waited)")
        #expect(try scene.lab.spread(5, to: Self.service) == [other: 5])
    }

    @Test("Once nobody is left it is over; who waits is told, also when it is given up")
    func early() throws {
        let scene = try Scene()
        let held = try scene.held(4)
        let waiting = try Program([
            Programs.path("nftlbctl"), "--socket", scene.daemon.socket, "backend", "drain", "f", "b1", "--deadline",
            "10m", "--wait",
        ])
        let before = try scene.waitUntil { $0["drain"]["left"].integer == 2 }
        #expect(before["reason"].string?.hasSuffix(" 10 min") ?? false, "\(before)")
        #expect(waiting.isRunning)
        // The clients leave; what is left in the kernel for stragglers does not count.
        _ = consume held
        _ = try scene.waitUntil { $0["state"].string == "down" }
        #expect(waiting.end(within: 30).status == 0)

        try scene.daemon.set("f", "b1", ["state": "up"])
        let one = try scene.held(4)
        let second = try Program([
            Programs.path("nftlbctl"), "--socket", scene.daemon.socket, "backend", "drain", "f", "b1", "--wait",
        ])
        _ = try scene.waitUntil { $0["drain"]["left"].integer == 2 }
        try scene.daemon.set("f", "b1", ["state": "up"])
        let ended = second.end(within: 30)
        #expect(ended.status == 1 && ended.err.contains("was given up: it is up"), "\(ended)")
        usleep(1_500_000)
        #expect(try scene.backend()["state"].string == "up")
        for held in one["b1"]! { held.expectAlive() }
        #expect(try scene.lab.spread(4, to: Self.service) == ["b1": 2, "b2": 2])
    }

    @Test("It survives a kill: the deadline stays, and what the daemon did not live to cut is cut", arguments: [0, 3])
    func restart(seconds: UInt32) throws {
        let scene = try Scene()
        let held = try scene.held(6)
        try scene.daemon.control("backend", "drain", "f", "b1", "--deadline", "2s")
        scene.daemon.kill()
        sleep(seconds)
        for one in held["b1"]! { one.expectAlive("nobody is there to cut") }
        try scene.daemon.start()
        let ended = try scene.waitUntil { $0["drain"].isMissing }
        #expect(ended["state"].string == "down")
        #expect(try scene.connections(to: 1) == 0)
        for one in held["b2"]! { one.expectAlive() }
    }

    @Test(
        "Killed at any step of its end, it ends after the next start",
        arguments: ["before-kernel-commit", "after-kernel-commit", "after-store-commit", "after-answer"])
    func killed(point: String) throws {
        let scene = try Scene()
        let held = try scene.held(4)
        try scene.daemon.control("backend", "drain", "f", "b1", "--deadline", "1s")
        scene.daemon.kill()
        try scene.daemon.launch(environment: ["NFTLB_FAIL_POINT": "\(point):kill"])
        scene.daemon.ended()
        #expect(!scene.daemon.isRunning)
        try scene.daemon.start()
        _ = try scene.waitUntil { $0["state"].string == "down" && $0["drain"].isMissing }
        #expect(try scene.connections(to: 1) == 0)
        for one in held["b2"]! { one.expectAlive() }
    }

    @Test("Down keeps established flows, or resets them where the farm says so", arguments: ["down", "deleted"])
    func reset(how: String) throws {
        let scene = try Scene(backends: 3)
        let held = try scene.held(9)
        func lose(_ backend: String) throws {
            if how == "down" {
                try scene.daemon.set("f", backend, ["state": "down"])
            } else {
                try scene.daemon.delete("/farms/f/backends/\(backend)")
            }
        }
        try lose("b1")
        usleep(500_000)
        for one in held["b1"]! { one.expectAlive("kept") }
        try scene.daemon.set("f", ["established-flows": "reset"])
        try lose("b2")
        let end = Date(timeIntervalSinceNow: 30)
        while try scene.connections(to: 2) > 0, Date() < end { usleep(20_000) }
        for one in held["b2"]! { #expect(throws: ConversationFailure.self) { try one.conversation.ask() } }
        for one in held["b1"]! + held["b3"]! { one.expectAlive("others") }
    }

    @Test("What cannot be drained is said")
    func refused() throws {
        let scene = try Scene()
        try scene.daemon.set("f", "b2", ["state": "down"])
        #expect(try scene.daemon.control("backend", "drain", "f", "nobody").status == 4)
        #expect(try scene.daemon.control("backend", "drain", "g", "b1").status == 4)
        #expect(try scene.daemon.control("backend", "drain", "f", "b2").status == 5)
        #expect(try scene.daemon.control("backend", "drain", "f", "b1", "--deadline", "soon").status == 2)
        let dry = try scene.daemon.control("backend", "drain", "f", "b1", "--dry-run")
        #expect(dry.status == 0 && dry.out.contains("slots"), "\(dry)")
        #expect(try scene.backend()["state"].string == "up")
    }
}

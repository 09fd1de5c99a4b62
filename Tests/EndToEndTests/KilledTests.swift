// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// A daemon ends right after an answer, before it has done what it does beside changes.
@Suite("What a daemon that ended had left to do", .requiresKernel, .serialized)
struct KilledTests {
    /// The daemon ends, rudely or not, and the next one begins.
    static func restart(_ daemon: Daemon, _ how: String) throws {
        if how == "kill" { daemon.kill() } else { daemon.stop() }
        try daemon.start()
    }

    /// Farm `f` of b1 and, once that is gone, of b2; `other` has the server of b1, too.
    static func scene(_ ipv6: Bool, over transport: String) throws -> (Lab, Daemon) {
        let lab = try RejudgementTests.lab()
        let daemon = try Daemon(on: lab)
        let other = Endpoint(ipv6 ? "2001:db8::77" : "192.0.2.77", 80)
        try daemon.apply(farms: [
            Declared.farm("other", at: other, backends: [Declared.backend(1, ipv6: ipv6)]),
            Declared.farm(
                "f", at: RejudgementTests.service(ipv6), over: transport, backends: [Declared.backend(1, ipv6: ipv6)]),
        ])
        return (lab, daemon)
    }

    static func replace(_ daemon: Daemon, _ ipv6: Bool) throws {
        let (lost, next) = (Declared.backend(1, ipv6: ipv6), Declared.backend(2, ipv6: ipv6))
        try daemon.apply(farms: [
            ["name": "f", "backends": [lost.merging(["state": "down"]) { $1 }, next]]
        ])
    }

    @Test(
        "A lost backend whose server another farm has keeps no datagrams", arguments: [false, true], ["kill", "stop"])
    func sharedServer(ipv6: Bool, how: String) throws {
        let (lab, daemon) = try Self.scene(ipv6, over: "udp")
        let senders = try (0..<3).map { _ in try Sender(lab, RejudgementTests.service(ipv6)) }
        for sender in senders { #expect(sender.ask() == "b1") }
        try Self.replace(daemon, ipv6)
        try Self.restart(daemon, how)
        for sender in senders { #expect(sender.askUntil { $0 == "b2" } != nil) }
    }

    @Test("Nor a SYN that nobody has answered")
    func unanswered() throws {
        let (lab, daemon) = try Self.scene(false, over: "tcp")
        try lab.topology.backends[0].namespace.nft(
            """
            add table inet x
            add chain inet x i { type filter hook input priority 0; }
            add rule inet x i meta l4proto tcp drop
            """)
        let client = try lab.client.start([
            "timeout", "8", "bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/80 && echo connected",
        ])
        Thread.sleep(forTimeInterval: 0.3)
        try Self.replace(daemon, false)
        try Self.restart(daemon, "kill")
        let output = client.end()
        #expect(output.out.contains("connected"), "\(output.err)")
    }

    @Test("A farm that was deleted keeps nobody from the farm that gets its address later")
    func deletedFarm() throws {
        let lab = try RejudgementTests.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [RejudgementTests.farm(false, [Declared.backend(1)])])
        let sender = try Sender(lab, RejudgementTests.service(false))
        #expect(sender.ask() == "b1")
        try daemon.delete("/farms/f")
        try Self.restart(daemon, "kill")
        Thread.sleep(forTimeInterval: 0.3)
        #expect(sender.ask() == nil)
        try daemon.apply(farms: [
            Declared.farm("g", at: RejudgementTests.service(false), over: "udp", backends: [Declared.backend(2)])
        ])
        #expect(sender.askUntil { $0 == "b2" } != nil)
    }

    @Test("Who is with a backend that stands by stays there over a restart, and leaves it when it goes down")
    func standby() throws {
        let lab = try RejudgementTests.lab()
        let daemon = try Daemon(on: lab)
        let backends = [
            Declared.backend(1, ["priority": 9]), Declared.backend(2, ["priority": 1, "state": "down"]),
        ]
        try daemon.apply(farms: [RejudgementTests.farm(false, backends)])
        let sender = try Sender(lab, RejudgementTests.service(false))
        #expect(sender.ask() == "b1")
        try daemon.set("f", "b2", ["state": "up"])
        Thread.sleep(forTimeInterval: 0.4)
        #expect(sender.ask() == "b1")
        try Self.restart(daemon, "kill")
        Thread.sleep(forTimeInterval: 0.4)
        #expect(sender.ask() == "b1")
        try daemon.set("f", "b1", ["state": "down"])
        #expect(sender.askUntil { $0 == "b2" } != nil)
    }

    @Test("Sessions that were to be forgotten do not come back", arguments: ["kill", "stop"], [false, true])
    func sessions(how: String, isDeleted: Bool) throws {
        let scene = try StickyScene(states: ["up", "up"])
        for client in 3...6 { for place in scene.places { _ = try scene.ask(from: client, at: place) } }
        for name in scene.names { #expect(try scene.daemon.sessions(name).count == 4) }
        let kept = Array(scene.names.dropFirst(2))
        if isDeleted {
            try scene.daemon.remote().call(
                "configuration.apply", ["changes": scene.names.prefix(2).map { ["delete": "/farms/\($0)"] }])
        } else {
            try scene.daemon.apply(farms: scene.names.prefix(2).map { ["name": $0, "persistence": [String]()] })
        }
        try Self.restart(scene.daemon, how)
        try scene.daemon.waitUntil {
            try [false, true].allSatisfy { ipv6 in
                let listing = try SessionTests.sets(scene.lab, ipv6, "persist-srcip").first ?? ""
                let count = scene.places.count { $0.ipv6 == ipv6 && kept.contains($0.name) } * 4
                return listing.components(separatedBy: " expires ").count - 1 == count
            }
        }
        for name in kept { #expect(try scene.daemon.sessions(name).count == 4, "\(name)") }
        guard !isDeleted else { return }
        try scene.daemon.apply(farms: scene.names.prefix(2).map { ["name": $0, "persistence": ["srcip"]] })
        for name in scene.names.prefix(2) { #expect(try scene.daemon.sessions(name).isEmpty, "\(name)") }
    }
}

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
}

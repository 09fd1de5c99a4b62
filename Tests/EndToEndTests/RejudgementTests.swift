// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Clients that keep sending datagrams from one port: for the kernel that is one connection for ever, which it judges once.
@Suite("Clients that keep sending", .requiresKernel, .serialized)
struct RejudgementTests {
    static func service(_ ipv6: Bool, port: UInt16 = 80) -> Endpoint {
        Endpoint(ipv6 ? "2001:db8::1" : "192.0.2.1", port)
    }

    /// A lab whose balancer has the service's addresses itself: only then does it remember who asked for nothing.
    static func lab(backends: Int = 3) throws -> Lab {
        let lab = try Lab(backends: backends)
        try lab.balancer.ip("address add 192.0.2.1/32 dev lo")
        try lab.balancer.ip("address add 2001:db8::1/128 dev lo nodad")
        return lab
    }

    static func farm(_ ipv6: Bool, _ backends: [Declared.Object], _ more: Declared.Object = [:]) -> Declared.Object {
        Declared.farm("f", at: service(ipv6), over: "udp", backends: backends, more)
    }

    @Test(
        "Who was served by nobody is served within a second of a backend (defect 8.7.4)", arguments: [false, true],
        ["b", "farm"])
    func served(ipv6: Bool, what: String) throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        let backends = what == "farm" ? Declared.backends(1...2, ipv6: ipv6) : []
        try daemon.apply(farms: [Self.farm(ipv6, backends, ["state": what == "farm" ? "down" : "up"])])
        let senders = try (0..<3).map { _ in try Sender(lab, Self.service(ipv6)) }
        // Another port of the same address: nobody comes to serve it, and nobody touches it.
        let bystander = try Sender(lab, Self.service(ipv6, port: 81))
        for _ in 0..<5 { for sender in senders + [bystander] { #expect(sender.ask() == nil) } }
        let before = try lab.balancer.connections()
        if what == "farm" {
            try daemon.set("f", ["state": "up"])
        } else {
            try daemon.set("f", ipv6 ? "b1-6" : "b1", Declared.backend(1, ipv6: ipv6))
        }
        let switched = Date()
        for sender in senders { #expect(sender.askUntil { _ in true } != nil) }
        #expect(Date().timeIntervalSince(switched) < 10)
        #expect(bystander.ask() == nil)
        let after = try lab.balancer.connections()
        #expect(before.count { $0.contains("dport=81 ") } == 1)
        #expect(after.count { $0.contains("dport=81 ") } == 1)
    }

    @Test("A farm of any address serves who sends to the balancer itself")
    func anyAddress() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        var farm = Self.farm(false, [])
        farm["addresses"] = [["name": "f", "family": "ipv4", "ports": [80], "protocol": "udp"]]
        try daemon.apply(farms: [farm])
        let sender = try Sender(lab, Endpoint(Topology.balancerAddress, 80))
        for _ in 0..<3 { #expect(sender.ask() == nil) }
        try daemon.set("f", "b1", Declared.backend(1))
        #expect(sender.askUntil { $0 == "b1" } != nil)
    }

    /// What makes a backend lost.
    static let losses: [(name: String, make: @Sendable (Daemon, Bool) throws -> Void)] = [
        ("down", { try $0.set("f", $1 ? "b1-6" : "b1", ["state": "down"]) }),
        ("deleted", { try $0.delete("/farms/f/backends/" + ($1 ? "b1-6" : "b1")) }),
        ("elsewhere", { try $0.set("f", $1 ? "b1-6" : "b1", ["ip-addr": $1 ? Lab.ipv6(3) : Lab.ipv4(3)]) }),
        ("another port", { try $0.set("f", $1 ? "b1-6" : "b1", ["port": 8081]) }),
    ]

    @Test("Who is with a backend that is lost moves within a second, and nobody else", arguments: 0..<4, [false, true])
    func lost(index: Int, ipv6: Bool) throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        var farm = Self.farm(ipv6, Declared.backends(1...2, ipv6: ipv6))
        farm["addresses"] = ["tcp", "udp"].map { Declared.address($0, at: Self.service(ipv6), over: $0) }
        try daemon.apply(farms: [farm])
        let streams = try (0..<6).map { _ in try lab.hold(Self.service(ipv6)) }
        let senders = try (0..<6).map { _ in try Sender(lab, Self.service(ipv6)) }
        let homes = senders.map { $0.askFully() }
        #expect(Set(homes.map { $0?.backend }) == ["b1", "b2"])
        let others = try lab.balancer.connections()
        let (name, lose) = Self.losses[index]
        try lose(daemon, ipv6)
        let switched = Date()
        for (sender, home) in zip(senders, homes) where home?.backend == "b1" {
            let moved = sender.askFullyUntil { $0 != home }
            #expect(moved != nil, "\(name)")
            if name == "another port" { #expect(moved?.backend != "b1" || moved?.port == 8081) }
        }
        #expect(Date().timeIntervalSince(switched) < 10)
        for (sender, home) in zip(senders, homes) where home?.backend == "b2" {
            #expect(sender.askFully() == home, "\(name)")
        }
        for stream in streams { stream.expectAlive("\(name)") }
        // The kernel's numbers of the connections that nobody had a reason to touch.
        let first = "src=\(ipv6 ? Lab.longIPv6(1) : Lab.ipv4(1)) "
        let kept = others.filter { !($0.contains("udp") && $0.contains(first)) }
        #expect(kept.count >= 3)
        let now = try lab.balancer.connections().map { Self.identity($0) }
        for one in kept { #expect(now.contains(Self.identity(one)), "\(name): \(one)") }
    }

    @Test("Off loses nobody; another mark of a backend loses nobody")
    func kept() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm(false, Declared.backends(1...2))])
        let senders = try (0..<6).map { _ in try Sender(lab, Self.service(false)) }
        let homes = senders.map { $0.ask() }
        try daemon.set("f", "b1", ["state": "off"])
        Thread.sleep(forTimeInterval: 0.5)
        #expect(senders.map { $0.ask() } == homes)
        try daemon.set("f", ["mode": "dnat"])
        Thread.sleep(forTimeInterval: 0.5)
        #expect(senders.map { $0.ask() } == homes)
    }

    @Test("Who was left behind by a daemon that was killed moves after the next start")
    func killed() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Self.farm(false, Declared.backends(1...2))])
        let senders = try (0..<4).map { _ in try Sender(lab, Self.service(false)) }
        let homes = senders.map { $0.ask() }
        try daemon.set("f", "b1", ["state": "down"])
        daemon.kill()
        Thread.sleep(forTimeInterval: 0.3)
        #expect(senders.map { $0.ask() } == homes, "nobody has moved them")
        try daemon.start()
        for sender in senders { #expect(sender.askUntil { $0 == "b2" } != nil) }
    }

    /// What of a connection's line does not change as time goes by.
    static func identity(_ line: String) -> String {
        line.split(separator: " ").filter { $0.contains("=") && !$0.hasPrefix("use=") }.joined(separator: " ")
    }
}

/// A client that sends from one port, and takes no answer for one.
final class Sender {
    private let conversation: Conversation

    init(_ lab: Lab, _ service: Endpoint) throws {
        conversation = try lab.client.inside { try Conversation(.udp, service, timeLimit: 60) }
    }

    /// Who answers now; nil: nobody.
    func ask() -> String? { askFully()?.backend }

    func askFully() -> Answer? { try? conversation.ask() }

    /// Asks until the answer is the wanted one, for some seconds.
    func askUntil(_ isWanted: (String) -> Bool) -> String? { askFullyUntil { isWanted($0.backend) }?.backend }

    func askFullyUntil(_ isWanted: (Answer) -> Bool) -> Answer? {
        let end = Date(timeIntervalSinceNow: 10)
        repeat {
            if let answer = askFully(), isWanted(answer) { return answer }
            Thread.sleep(forTimeInterval: 0.02)
        } while Date() < end
        return nil
    }
}

extension Lab {
    /// As the kernel lists connections: every group written out.
    static func longIPv6(_ backend: Int) -> String {
        "fd09:00\(10 + backend):0000:0000:0000:0000:0000:0002"
    }
}

extension NetworkNamespace {
    /// The connections that the kernel knows, a line each.
    func connections() throws -> [String] {
        try check("cat", "/proc/net/nf_conntrack").split(separator: "\n").map(String.init)
    }
}

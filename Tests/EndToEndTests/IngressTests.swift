// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// The modes of ingress with the whole daemon: it finds the ways to the backends itself.
@Suite("Farms at ingress", .requiresKernel, .serialized)
struct IngressTests {
    struct Kind {
        var mode: String
        var scheduler: String
        var isIPv6: Bool
        var service: Endpoint
        /// Of stateless farms: each its own, because to a backend two services that lead a client's port to one port are one.
        var port: Int
        var name: String { "\(mode)-\(scheduler)-\(isIPv6 ? 6 : 4)" }
    }

    /// Every mode, scheduler and family, each at an address of its own.
    static let kinds: [Kind] = {
        var kinds: [Kind] = []
        for mode in ["dsr", "stlsdnat"] {
            for scheduler in ["rr", "weight", "hash", "symhash", "maglev"] {
                for isIPv6 in [false, true] {
                    let host = kinds.count + 1
                    kinds.append(
                        Kind(
                            mode: mode, scheduler: scheduler, isIPv6: isIPv6,
                            service: TrafficTests.service(isIPv6, host), port: 8080 + host))
                }
            }
        }
        return kinds
    }()

    static func lab() throws -> Lab {
        let lab = try Lab(ports: [80, 8080] + kinds.map { UInt16($0.port) })
        for backend in lab.topology.backends {
            for kind in kinds where kind.mode == "dsr" {
                try backend.namespace.ip("address add \(kind.service.address) dev lo")
            }
        }
        return lab
    }

    static func farm(_ kind: Kind, _ indices: ClosedRange<Int> = 1...3) -> Declared.Object {
        let isHash = kind.scheduler == "hash" || kind.scheduler == "maglev"
        return Declared.farm(
            kind.name, at: kind.service, mode: kind.mode, scheduler: kind.scheduler,
            backends: Declared.backends(indices, ipv6: kind.isIPv6, port: kind.mode == "dsr" ? nil : kind.port),
            isHash ? ["sched-param": ["srcip", "srcport"]] : [:])
    }

    @Test("300 of 300 connections in each mode, scheduler and family, and each is counted once (defect 8.7.1)")
    func all() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.kinds.map { Self.farm($0) })
        for kind in Self.kinds { try daemon.expect(kind.name, "up") }
        for kind in Self.kinds {
            let spread = try lab.client.inside {
                var spread: Spread = [:]
                for _ in 0..<300 {
                    let conversation = try Conversation(.tcp, kind.service)
                    let answers = try (0..<3).map { _ in try conversation.ask() }
                    #expect(Set(answers).count == 1, "\(kind.name)")
                    spread[answers[0].backend, default: 0] += 1
                }
                return spread
            }
            #expect(spread.values.reduce(0, +) == 300 && spread.count == 3, "\(kind.name): \(spread)")
            let farm = try daemon.remote().call("statistics.get", ["farms": [kind.name]])["farms"][0]
            #expect(farm["connections"].integer == 300, "\(kind.name)")
            // A SYN, an ACK, three questions and the ends at least.
            #expect((farm["packetsIn"].integer ?? 0) >= 300 * 6, "\(kind.name)")
            // Answers of direct return do not come by.
            #expect((farm["packetsOut"].integer ?? 0 > 0) == (kind.mode == "stlsdnat"), "\(kind.name)")
            for backend in farm["backends"].array {
                let name = String((backend["name"].string ?? "").prefix(2))
                #expect(backend["connections"].integer == spread[name], "\(kind.name): \(name)")
            }
        }
    }

    @Test("Flows stay whole while backends come, are drained and go under load, and over a restart")
    func load() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.kinds.map { Self.farm($0, 1...2) })
        for kind in Self.kinds { try daemon.expect(kind.name, "up") }
        let held = try Self.kinds.map { kind in
            try lab.client.inside { try (0..<4).map { _ in try Held(Conversation(.tcp, kind.service)) } }
        }
        let load = lab.load(Self.kinds.map(\.service), clients: 3)
        for _ in 0..<4 {
            try daemon.apply(farms: Self.kinds.map { Self.farm($0) })
            usleep(200_000)
            for kind in Self.kinds {
                try daemon.set(kind.name, kind.isIPv6 ? "b3-6" : "b3", ["state": "off"])
            }
            usleep(400_000)
            for kind in Self.kinds { try daemon.delete("/farms/\(kind.name)/backends/\(kind.isIPv6 ? "b3-6" : "b3")") }
        }
        daemon.kill()
        usleep(200_000)
        try daemon.start()
        load.expectNoFailure()
        for connection in held.joined() { connection.expectAlive() }
        // Farms that are off keep what is established, over a restart and beside one that takes the address.
        for kind in Self.kinds { try daemon.set(kind.name, ["state": "off"]) }
        for connection in held.joined() { connection.expectAlive() }
        daemon.kill()
        try daemon.start()
        for kind in Self.kinds { #expect(try lab.refusal(of: kind.service) != nil, "\(kind.name)") }
        try daemon.apply(farms: Self.kinds.map { Self.farm($0, 3...3).merging(["name": "next-\($0.name)"]) { $1 } })
        for kind in Self.kinds {
            try daemon.expect("next-\(kind.name)", "up")
            #expect(try lab.spread(4, to: kind.service).count == 1, "\(kind.name)")
        }
        for connection in held.joined() { connection.expectAlive() }
    }

    @Test("NAT, direct return and stateless farms side by side, with policies and sessions")
    func mixed() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        let nat = Declared.farm("nat", at: TrafficTests.service(false, 100), backends: Declared.backends())
        let chosen = Self.kinds.filter { $0.scheduler == "rr" }
        var farms = chosen.map {
            Self.farm($0).merging(["persistence": ["srcip"], "policies": [["name": "bad"]]]) { $1 }
        }
        farms.append(nat)
        let lists: [Declared.Object] = [["name": "bad", "type": "blacklist", "elements": [["data": "10.99.0.1"]]]]
        _ = try daemon.remote().call(
            "configuration.apply", ["configuration": ["farms": farms, "policies": lists], "mode": "merge"])
        for kind in chosen { try daemon.expect(kind.name, "up") }
        for service in chosen.map(\.service) { #expect(try lab.spread(10, to: service).count == 1) }
        #expect(try lab.spread(9, to: TrafficTests.service(false, 100)).count == 3)
        let client = "10.9.1.2"
        let sessions = try daemon.remote().call("sessions.list", ["farm": "dsr-rr-4"])["sessions"].array
        #expect(sessions.map { $0["client"].string } == [client])
        // The element reaches both farms that the list guards, and no other.
        let element: Declared.Object = ["name": "bad", "elements": [["data": "10.99.0.1"], ["data": client]]]
        _ = try daemon.remote().call(
            "configuration.apply", ["configuration": ["policies": [element]], "mode": "merge"])
        for kind in chosen {
            let refused = try lab.refusal(of: kind.service)
            #expect((refused != nil) == !kind.isIPv6, "\(kind.name)")
        }
        #expect(try lab.spread(3, to: TrafficTests.service(false, 100)).count == 3)
        let policy = try daemon.remote().call("statistics.get")["policies"][0]
        #expect((policy["packets"].integer ?? 0) >= 2)
        // After a start all of it is as it was.
        let generation = try lab.balancer.generation()
        daemon.kill()
        try daemon.start()
        #expect(try lab.balancer.generation() == generation)
        #expect(try lab.refusal(of: chosen[0].service) != nil)
    }

    @Test("log input: a line for each flow; responsettl: so long the way back of a silent one is remembered")
    func linesAndLifetimes() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        let direct = try #require(Self.kinds.first { $0.name == "dsr-rr-4" })
        let stateless = try #require(Self.kinds.first { $0.name == "stlsdnat-rr-4" })
        try daemon.apply(farms: [
            Self.farm(direct).merging(["log": ["input"]]) { $1 },
            Self.farm(stateless).merging(["responsettl": 2]) { $1 },
        ])
        for kind in [direct, stateless] { try daemon.expect(kind.name, "up") }
        func wayBack() throws -> String { try lab.balancer.check("nft", "list", "map", "netdev", "nftlb", "back4-tcp") }

        let held = try (0..<3).map { _ in try lab.hold(direct.service) }
        for connection in held { connection.expectAlive() }
        let rules = try lab.balancer.check("nft", "list", "table", "netdev", "nftlb")
        let lines = rules.matches(of: /counter packets ([0-9]+) bytes [0-9]+ log prefix "IN-dsr-rr-4 "/)
        #expect(lines.map { String($0.1) } == ["3"], "\(rules)")

        let connection = try lab.hold(stateless.service)
        #expect(try wayBack().contains("timeout 2s"))
        let deadline = Date(timeIntervalSinceNow: 30)
        while try wayBack().contains("timeout 2s"), Date() < deadline {
            usleep(200_000)
        }
        #expect(Date() < deadline)
        // The client's next packet says it again.
        connection.expectAlive()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// What a farm can be besides one address and three backends.
@Suite("Farms", .requiresKernel, .serialized)
struct FarmTests {
    static let service = Endpoint("192.0.2.1", 80)

    @Test("Several addresses, families and protocols in one farm (defects 8.4.2, 8.4.12)")
    func addresses() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let second = Endpoint("192.0.2.2", 8000)
        let third = Endpoint("2001:db8::3", 80)
        let addresses = [
            Declared.address("one", at: Self.service), Declared.address("two", at: second, over: "udp"),
            Declared.address("three", at: third),
        ]
        try daemon.apply(farms: [
            [
                "name": "f", "addresses": addresses,
                "backends": Declared.backends(1...2) + Declared.backends(3...3, ipv6: true),
            ]
        ])
        #expect(Set(try lab.spread(10, to: Self.service).keys) == ["b1", "b2"])
        #expect(Set(try lab.spread(10, to: second, udp: true).keys) == ["b1", "b2"])
        #expect(try lab.spread(5, to: third) == ["b3": 5])
        #expect(try lab.refusal(of: second) != nil, "udp only")
        #expect(try lab.refusal(of: Self.service, udp: true) != nil, "tcp only")
    }

    @Test("Everything at once that a farm can have of limits, persistence and lines of the log")
    func everything() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let options: Declared.Object = [
            "sched-param": ["srcip", "srcport", "dstip", "dstport"], "persistence": ["srcip", "srcport", "dstport"],
            "persist-ttl": 86_400, "new-rtlimit": "1000/second", "new-rtlimit-burst": 200, "rst-rtlimit": "1000/second",
            "rst-rtlimit-burst": 200, "est-connlimit": 10_000, "tcp-strict": true, "limits-ttl": 86_400,
            "log": ["input"], "verdict": ["log"], "mark": 0x100,
        ]
        let backends = Declared.backends().map { $0.merging(["est-connlimit": 1_000]) { $1 } }
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "hash", backends: backends, options)
        ])
        #expect(try lab.spread(30, to: Self.service).values.reduce(0, +) == 30)
    }

    @Test("Port lists and ranges; a backend without a port keeps the one that was asked for")
    func ports() throws {
        let lab = try Lab(backends: 2, ports: [8080, 8081, 8082, 9000])
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            [
                "name": "f", "virtual-addr": "192.0.2.1", "virtual-ports": ["8080-8082", 9000], "protocol": "tcp",
                "backends": [Declared.backend(1, port: nil)],
            ],
            [
                "name": "mixed", "virtual-addr": "192.0.2.2", "virtual-ports": [8081], "protocol": "tcp",
                "backends": [Declared.backend(1, port: nil), Declared.backend(2, port: 9000)],
            ],
        ])
        for port: UInt16 in [8080, 8081, 8082, 9000] {
            let connection = try lab.hold(Endpoint("192.0.2.1", port))
            #expect(connection.answer.port == port)
        }
        #expect(try lab.refusal(of: Endpoint("192.0.2.1", 8083)) != nil)
        var seen: [String: Set<UInt16>] = [:]
        for _ in 0..<10 {
            let connection = try lab.hold(Endpoint("192.0.2.2", 8081))
            seen[connection.answer.backend, default: []].insert(connection.answer.port)
        }
        #expect(seen == ["b1": [8081], "b2": [9000]])
    }

    @Test("What this version does not have yet is refused by name")
    func unsupported() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let error = try daemon.refusal(of: [
            [
                "name": "f", "virtual-addr": "192.0.2.1", "virtual-ports": [80], "flow-offload": true,
                "backends": Declared.backends(1...1),
            ]
        ])
        #expect(error?.kind == "unsupported", "\(error.debugDescription)")
        #expect(error?.path == "/farms/f/flow-offload", "\(error.debugDescription)")
        #expect(try lab.balancer.tables() == [])
    }

    @Test("The any-address farm takes what is sent to the balancer itself, and nothing that passes through")
    func anyAddress() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        for family in ["ipv4", "ipv6"] {
            let ipv6 = family == "ipv6"
            let address: Declared.Object = [
                "name": "any\(family)", "family": family, "ip-addr": "", "ports": [8081], "protocol": "tcp",
            ]
            try daemon.apply(farms: [
                ["name": family, "addresses": [address], "backends": [Declared.backend(1, ipv6: ipv6, port: 8080)]]
            ])
            let own = Endpoint(ipv6 ? "fd09:1::1" : "10.9.1.1", 8081)
            #expect(try lab.spread(3, to: own) == ["b1": 3])
            let through = try lab.hold(Endpoint(ipv6 ? Lab.ipv6(2) : Lab.ipv4(2), 8081))
            #expect(through.answer.backend == "b2" && through.answer.port == 8081, "a forwarded packet is not ours")
        }
    }

    @Test("source-addr of the farm, and of a backend before it")
    func sourceAddress() throws {
        let lab = try Lab(backends: 2)
        try lab.balancer.ip("address add 203.0.113.1/32 dev lo")
        try lab.balancer.ip("address add 203.0.113.2/32 dev lo")
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: Self.service,
                backends: [Declared.backend(1), Declared.backend(2, ["source-addr": "203.0.113.2"])],
                ["source-addr": "203.0.113.1"])
        ])
        var seen: [String: Set<String>] = [:]
        for _ in 0..<8 {
            let connection = try lab.hold(Self.service)
            seen[connection.answer.backend, default: []].insert(connection.answer.peer.address)
        }
        #expect(seen == ["b1": ["203.0.113.1"], "b2": ["203.0.113.2"]])
    }

    @Test("intra-connect: clients on the balancer itself", arguments: [false, true])
    func intraConnect(ipv6: Bool) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        let target = TrafficTests.service(ipv6)
        try lab.balancer.ip("\(ipv6 ? "-6 " : "")address add \(target.address)/\(ipv6 ? 128 : 32) dev lo")
        let farm = Declared.farm(
            "f", at: target, backends: Declared.backends(ipv6: ipv6), ["intra-connect": true])
        try daemon.apply(farms: [farm])
        let spread = try lab.spread(61, to: target, from: lab.balancer)
        #expect(spread.values.allSatisfy { (20...21).contains($0) } && spread.count == 3, "\(spread)")
        #expect(try lab.spread(61, to: target).count == 3, "clients outside as before")
        try daemon.set("f", ["intra-connect": false])
        #expect(throws: (any Error).self) { try lab.spread(1, to: target, from: lab.balancer) }
        #expect(try lab.spread(6, to: target).count == 3)
    }

    @Test("States of backends: off and down take no new clients, up takes them again", arguments: ["off", "down"])
    func backendState(state: String) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends())])
        let held = try (0..<6).map { _ in try lab.hold(Self.service) }
        try daemon.set("f", "b2", ["state": state])
        #expect(Set(try lab.spread(20, to: Self.service).keys) == ["b1", "b3"])
        for one in held { one.expectAlive() }
        try daemon.set("f", "b2", ["state": "up"])
        #expect(Set(try lab.spread(20, to: Self.service).keys) == ["b1", "b2", "b3"])
    }

    @Test(
        "States of farms: off and down release the addresses and keep what is established", arguments: ["off", "down"])
    func farmState(state: String) throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends(1...1))])
        let held = try lab.hold(Self.service)
        try daemon.set("f", ["state": state])
        #expect(try lab.refusal(of: Self.service) != nil)
        held.expectAlive()
        // The address is free: another farm takes it.
        try daemon.apply(farms: [Declared.farm("g", at: Self.service, backends: Declared.backends(2...2))])
        #expect(try lab.spread(3, to: Self.service) == ["b2": 3])
        held.expectAlive()
        let error = try daemon.refusal(of: [["name": "f", "state": "up"]])
        #expect(error?.kind == "conflict" || error?.kind == "invalid")
        #expect(error?.message.contains("g") == true, "names the other farm: \(error.debugDescription)")
    }

    @Test("Two farms that are up on one address, port and protocol are refused, naming both (defects 8.1.2, 8.5)")
    func collision() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("first", at: Self.service, backends: Declared.backends(1...1))])
        let before = try lab.balancer.generation()
        let error = try daemon.refusal(of: [
            Declared.farm("second", at: Self.service, backends: Declared.backends(1...1))
        ])
        let text = "\(error.debugDescription)"
        #expect(text.contains("first") && text.contains("second"), "\(text)")
        #expect(error?.path?.hasPrefix("/farms/second") == true, "\(text)")
        #expect(try lab.balancer.generation() == before)
    }

    @Test("Two farms swap their addresses in one change")
    func swap() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let other = Endpoint("192.0.2.2", 80)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, backends: Declared.backends(1...1)),
            Declared.farm("g", at: other, backends: Declared.backends(2...2)),
        ])
        #expect(try lab.spread(2, to: Self.service) == ["b1": 2])
        try daemon.apply(farms: [
            ["name": "f", "addresses": [["name": "f", "ip-addr": other.address]]],
            ["name": "g", "addresses": [["name": "g", "ip-addr": Self.service.address]]],
        ])
        #expect(try lab.spread(2, to: Self.service) == ["b2": 2])
        #expect(try lab.spread(2, to: other) == ["b1": 2])
    }
}

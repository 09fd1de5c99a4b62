// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import TestMachine
import Testing

/// Lines about first packets and forwarded ones.
@Suite("Log", .requiresKernel, .serialized)
struct LogTests {
    @Test("input: a line for each connection; forward: one for each packet both ways", arguments: RateLimitTests.kinds)
    func places(ipv6: Bool, udp: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: udp)
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, ["log": ["input", "forward", "output"]]), scene.farm("g", 2, [:]),
            scene.farm("sticky", 3, ["log": ["input"], "log-prefix": "KNAME TYPE <FNAME> ", "persistence": ["srcip"]]),
        ])
        #expect(try scene.lines() == ["IN-f ": 0, "FWD-f ": 0, "log IN <sticky> ": 0])
        let held = try (0..<2).map { _ in try #require(try scene.open()) }
        #expect(try scene.lines()["IN-f "] == 2)
        if udp {
            #expect(try scene.lines()["FWD-f "] == 4, "a question and an answer each")
            for one in held { one.expectAlive() }
            #expect(try scene.lines()["FWD-f "] == 8)
        } else {
            #expect(try scene.lines()["FWD-f "] ?? 0 >= 10)
        }
        #expect(try scene.answered(3, farm: 2) == 3)
        #expect(try scene.answered(3, farm: 3) == 3)
        #expect(try scene.lines()["IN-f "] == 2)
        #expect(try scene.lines()["log IN <sticky> "] == 3)

        // The text changes by an element, the chain is as before; without log nothing is written, and no chain stands there.
        let before = try scene.lines()
        try scene.daemon.set("f", ["log": ["input"], "log-prefix": "other "])
        for one in held { one.expectAlive() }
        #expect(try scene.answered(2) == 2)
        let after = try scene.lines()
        #expect(after["other "] == 2 && after["IN-f "] == 2 && after["FWD-f "] == before["FWD-f "])
        for farm in ["f", "sticky"] { try scene.daemon.set(farm, ["log": []]) }
        #expect(try scene.answered(2) == 2)
        #expect(try scene.lines() == after)
        for one in held { one.expectAlive() }
    }

    @Test("policies: a line for each hit, with the names of both; of an address that it has", arguments: [false, true])
    func policies(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6)
        func policy(_ name: String, _ type: String, _ source: Int, _ more: Declared.Object = [:]) -> Declared.Object {
            [
                "name": name, "type": type, "family": ipv6 ? "ipv6" : "ipv4",
                "elements": [["data": LimitScene.source(ipv6, source)]],
            ].merging(more) { $1 }
        }
        let both: Declared.Object = ["policies": [["name": "friends"], ["name": "enemies"]]]
        try scene.daemon.apply(
            policies: [
                policy("friends", "whitelist", 1),
                policy("enemies", "blacklist", 2, ["log-prefix": "PNAME at FNAME! "]),
            ],
            farms: [
                scene.farm("f", 1, both), scene.farm("g", 2, both),
                scene.farm("quiet", 3, both.merging(["verdict": ["drop", "accept"]]) { $1 }),
            ])
        #expect(
            try scene.lines() == [
                "policy-WL-friends-f ": 0, "enemies at f! ": 0, "policy-WL-friends-g ": 0, "enemies at g! ": 0,
            ])
        for farm in 1...3 {
            for source in 0..<2 { #expect(try scene.answered(1, farm: farm, source: source) == 1) }
            #expect(try scene.answered(1, farm: farm, source: 2) == 0)
        }
        let after = try scene.lines()
        // Each packet of a friend is one, and each SYN of an enemy.
        for farm in ["f", "g"] {
            #expect(after["policy-WL-friends-\(farm) "] ?? 0 >= 3)
            #expect(after["enemies at \(farm)! "] ?? 0 >= 1)
        }

        // Who only counts is asked in turn, and each writes; then another text, and none.
        try scene.daemon.set("g", ["verdict": ["log"]])
        #expect(try scene.answered(1, farm: 2, source: 2) == 1)
        #expect(try scene.lines()["enemies at g! "] ?? 0 > after["enemies at g! "] ?? 0)
        try scene.daemon.apply(policies: [["name": "enemies", "log-prefix": "KNAME "]], farms: [])
        #expect(try scene.answered(1, farm: 1, source: 2) == 0)
        #expect(try scene.lines()["policy "] ?? 0 >= 1)
        try scene.daemon.set("f", ["verdict": ["drop"]])
        let before = try scene.lines()
        #expect(try scene.answered(1, farm: 1, source: 2) == 0)
        #expect(try scene.lines()["policy "] == before["policy "])

        let service = TrafficTests.service(ipv6, 3)
        try scene.daemon.apply(addresses: [
            [
                "name": "a", "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": service.address, "ports": [80],
                "policies": [["name": "enemies"]],
            ]
        ])
        #expect(try scene.answered(1, farm: 3, source: 2) == 0)
        #expect(try scene.lines()["IN-a "] ?? 0 >= 1)
        try scene.daemon.apply(addresses: [["name": "a", "log-prefix": "rare ", "log-rtlimit": "2/hour"]])
        #expect(try scene.attempts(9, farm: 3, source: 2).allSatisfy { !$0 })
        // Five at once, as the kernel counts a rate.
        #expect(try scene.lines()["rare "] == 5)
        try scene.daemon.delete("/addresses/a")
        #expect(try scene.answered(1, farm: 3, source: 0) == 1)
    }

    @Test(
        "The lines are in the kernel's log, with their prefixes; see Guest/log.sh",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func visible() throws {
        let output = try Guest.run("log", files: ["log.json"])
        for line in [
            "IN-web IN=eth1 ", "FWD-web IN=eth1 OUT=eth11 ", "FWD-web IN=eth11 OUT=eth1 ", "IN-web6 IN=eth1 ",
            "limit new-rtlimit of web: IN=eth1 ", "new-rtlimit-web6 IN=eth1 ",
        ] { #expect(output.contains(line), "\(line): \(output)") }
    }

    @Test(
        "Mode local logs the first packets of connections; a forward log is none of its own", arguments: [false, true])
    func local(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6)
        let service = TrafficTests.service(ipv6)
        try scene.lab.balancer.ip("address add \(service.address)/\(ipv6 ? 128 : 32) dev lo")
        let server = try BackendServer("proxy", in: scene.lab.balancer, ports: [80])
        defer { withExtendedLifetime(server) {} }
        try scene.daemon.apply(farms: [scene.farm("f", 1, ["mode": "local", "log": ["input", "forward"]])])
        #expect(try scene.answered(3) == 3)
        #expect(try scene.lines() == ["IN-f ": 3])
    }
}

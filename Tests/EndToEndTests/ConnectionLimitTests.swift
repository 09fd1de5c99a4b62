// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// est-connlimit of farm and backend: so many connections at once.
@Suite("Limits of connections at once", .requiresKernel, .serialized)
struct ConnectionLimitTests {
    @Test("Of a source: so many and no more; where one ends another may come", arguments: RateLimitTests.kinds)
    func source(ipv6: Bool, udp: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: udp)
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, ["est-connlimit": 3]), scene.farm("g", 2, ["est-connlimit": 3]),
        ])
        var held = try (0..<3).map { _ in try #require(try scene.open()) }
        #expect(try scene.answered(2) == 0)
        #expect(try scene.limits("f")["established"].integer == 2)
        let others = try [(1, 1), (2, 0)].flatMap { farm, source in
            try (0..<3).map { _ in try #require(try scene.open(farm: farm, source: source), "\(farm) \(source)") }
        }
        for one in held + others { one.expectAlive() }
        if udp {
            // The kernel forgets what it is told to forget: a datagram has no end.
            let port = held[0].conversation.local.port
            try scene.lab.balancer.check(
                "conntrack", "-D", "-f", ipv6 ? "ipv6" : "ipv4", "-p", "udp", "--sport", "\(port)")
        }
        held.removeFirst()
        // The kernel looks after ended connections once in a tick.
        usleep(50_000)
        let next = try #require(try scene.open())
        #expect(try scene.answered(1) == 0)
        for one in held + [next] + others { one.expectAlive() }
        #expect(try scene.limits("f")["established"].integer == 3)
        #expect(try scene.limits("g").isMissing)
    }

    @Test("Another number counts from the next packet; connections from before are not in it")
    func changes() throws {
        let scene = try LimitScene(ipv6: false)
        try scene.daemon.apply(farms: [scene.farm("f", 1, ["est-connlimit": 1])])
        let first = try #require(try scene.open())
        #expect(try scene.answered(1) == 0)
        try scene.daemon.set("f", ["est-connlimit": 2])
        let more = try (0..<2).map { _ in try #require(try scene.open()) }
        #expect(try scene.answered(1) == 0)
        try scene.daemon.set("f", ["est-connlimit": 0])
        #expect(try scene.answered(5) == 5)
        for one in [first] + more { one.expectAlive() }
    }

    @Test("Of a backend: of all sources together; the farm's others serve on", arguments: RateLimitTests.kinds)
    func backend(ipv6: Bool, udp: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: udp)
        let limited = (1...2).map { Declared.backend($0, ipv6: ipv6, ["est-connlimit": $0]) }
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, [:], backends: limited), scene.farm("g", 2, ["est-connlimit": 50]),
            scene.farm("sticky", 3, ["persistence": ["srcip"]], backends: limited),
        ])
        var held: [Held] = []
        for attempt in 0..<12 { if let one = try scene.open(source: attempt % 3) { held.append(one) } }
        let spread = Dictionary(grouping: held, by: \.answer.backend).mapValues(\.count)
        #expect(spread == ["b1": 1, "b2": 2])
        #expect(try scene.limits("f")["backends"].integer == 9)
        // In turn: six draws of each backend.
        let backends = try scene.figures("f")["backends"].array.map { $0["limited"].integer }
        #expect(backends == [5, 4])
        #expect(try scene.answered(8, farm: 2) == 8, "the same places as backends of another farm")
        for one in held { one.expectAlive() }

        // A client that is known again belongs to its backend, full or not; the register is the farm's afterwards.
        let known = try #require(try scene.open(farm: 3))
        var more: [Held] = []
        for _ in 0..<3 { if let one = try scene.open(farm: 3) { more.append(one) } }
        #expect(more.count == (known.answer.backend == "b1" ? 0 : 1))
        #expect(more.allSatisfy { $0.answer.backend == known.answer.backend })

        let name = "b1" + (ipv6 ? "-6" : "")
        try scene.daemon.set("f", name, ["est-connlimit": 3])
        for attempt in 0..<12 { if let one = try scene.open(source: attempt % 3) { held.append(one) } }
        #expect(Dictionary(grouping: held, by: \.answer.backend).mapValues(\.count) == ["b1": 4, "b2": 2])
        try scene.daemon.set("f", name, ["est-connlimit": 0])
        #expect(try scene.answered(4) == 2, "one of two has a limit")
    }

    @Test("Farms of mode local have the limits of sources", arguments: [false, true])
    func local(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6)
        let service = TrafficTests.service(ipv6)
        try scene.lab.balancer.ip("address add \(service.address)/\(ipv6 ? 128 : 32) dev lo")
        let server = try BackendServer("proxy", in: scene.lab.balancer, ports: [80])
        defer { withExtendedLifetime(server) {} }
        #expect(try scene.answered(1) == 1)
        try scene.daemon.apply(farms: [
            scene.farm(
                "f", 1, ["mode": "local", "est-connlimit": 2, "new-rtlimit": "1/hour", "new-rtlimit-burst": 4],
                backends: [Declared.backend(1, ipv6: ipv6, ["est-connlimit": 1])])
        ])
        let held = try (0..<2).map { _ in try #require(try scene.open()) }
        #expect(try scene.answered(3) == 0)
        #expect(try scene.limits("f")["established"].integer == 2)
        #expect(try scene.limits("f")["new"].integer == 1)
        #expect(try scene.figures("f")["connections"].integer == 2)
        for one in held { one.expectAlive() }
    }
}

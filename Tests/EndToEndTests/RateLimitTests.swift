// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// new-rtlimit: a budget of new connections for each source of each farm, though farms share chains and sets.
@Suite("Limits of new connections", .requiresKernel, .serialized)
struct RateLimitTests {
    static let kinds = [false, true].flatMap { ipv6 in [false, true].map { (ipv6: ipv6, udp: $0) } }

    @Test("What fits passes, exactly the rest fails; other sources and farms are untouched", arguments: kinds)
    func exact(ipv6: Bool, udp: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: udp)
        let limit: Declared.Object = ["new-rtlimit": "1/hour", "new-rtlimit-burst": 4]
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, limit), scene.farm("g", 2, limit), scene.farm("free", 3, [:]),
        ])
        let early = try #require(try scene.open())
        // A datagram in three fragments is one packet.
        #expect(try scene.attempts(2, padding: udp ? 3500 : 0) == [true, true])
        #expect(try scene.attempts(4) == [true, false, false, false])
        #expect(try scene.limits("f")["new"].integer == 3)
        #expect(try scene.figures("f")["connections"].integer == 4, "what is refused is no connection")
        early.expectAlive("what has begun goes on")
        #expect(try scene.answered(5, source: 1) == 4, "another source of the same farm")
        #expect(try scene.answered(5, farm: 2) == 4, "the same source at another farm with this limit")
        #expect(try scene.answered(8, farm: 3) == 8)
        #expect(try scene.limits("f")["new"].integer == 4)
        #expect(try scene.limits("g")["new"].integer == 1)
        #expect(try scene.limits("free").isMissing)
        let unmetered = try ["f", "g"].map { try scene.limits($0)["unmetered"].integer }
        #expect(unmetered == [nil, nil])

        // One element of one set for each source and farm; a restart of the daemon takes nothing away.
        #expect(try scene.keys("new-1-hour-4-120s").count == 3)
        scene.daemon.kill()
        try scene.daemon.start()
        #expect(try scene.answered(1) == 0)
        #expect(try scene.limits("f")["new"].integer == 5)
    }

    @Test("Changes count from the next packet; without burst it is 5, each limit's own (defect 8.4.7)")
    func changes() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, ["new-rtlimit": "1/hour", "new-rtlimit-burst": 2]),
            scene.farm("g", 2, ["new-rtlimit": "1/hour", "new-rtlimit-burst": 2]),
        ])
        #expect(try scene.answered(3) == 2)
        #expect(try scene.answered(3, farm: 2) == 2)
        let held = try #require(try scene.open(source: 1))
        // A rate of its own from now on: the source that had nothing left has a fresh budget.
        try scene.daemon.set("f", ["new-rtlimit": "1000/second", "new-rtlimit-burst": 100])
        #expect(try scene.answered(20) == 20)
        try scene.daemon.set("f", ["new-rtlimit": "1/hour", "new-rtlimit-burst": 0])
        #expect(try scene.answered(7) == 5)
        try scene.daemon.set("f", ["new-rtlimit": "0/second"])
        #expect(try scene.answered(10) == 10)
        held.expectAlive()
        #expect(try scene.answered(1, farm: 2) == 0, "the other farm's budget is what it was")
        #expect(try scene.limits("f")["new"].integer == 3)
    }

    @Test("The rate fills the budget up again", arguments: [false, true])
    func refill(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: true)
        try scene.daemon.apply(farms: [scene.farm("f", 1, ["new-rtlimit": "2/second", "new-rtlimit-burst": 1])])
        #expect(try scene.attempts(1) == [true])
        #expect(try scene.attempts(1) == [false])
        // Half a second fills up one; what was refused took nothing.
        usleep(600_000)
        #expect(try scene.attempts(1) == [true])
    }

    @Test("limits-ttl: a source that is silent so long is forgotten; 0: it is not")
    func lifetime() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        let limit: Declared.Object = ["new-rtlimit": "1/week", "new-rtlimit-burst": 1]
        try scene.daemon.apply(farms: [
            scene.farm("short", 1, limit.merging(["limits-ttl": 1]) { $1 }),
            scene.farm("ever", 2, limit.merging(["limits-ttl": 0]) { $1 }),
        ])
        #expect(try scene.answered(2) == 1)
        #expect(try scene.answered(2, farm: 2) == 1)
        usleep(1_300_000)
        #expect(try scene.answered(2) == 1)
        #expect(try scene.answered(2, farm: 2) == 0)
    }

    @Test("A full set lets further sources pass, counts them, and limits those it knows (defect 8.7.5)")
    func full() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        try scene.daemon.apply(farms: [scene.farm("f", 1, ["new-rtlimit": "1/hour", "new-rtlimit-burst": 2])])
        #expect(try scene.answered(3) == 2)
        let others = (0..<65_535).map { "0x7777 . 10.\(77 + $0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }
        try scene.lab.balancer.nft(
            "add element ip nftlb new-1-hour-2-120s { \(others.joined(separator: ", ")) }\n")
        #expect(try scene.limits("f")["unmetered"].isMissing)
        #expect(try scene.answered(6, source: 1) == 6)
        #expect(try scene.answered(2) == 0)
        #expect(try scene.limits("f")["unmetered"].integer == 6)
        #expect(try scene.limits("f")["new"].integer == 3)
        // Another limit is another set, in which there is room.
        try scene.daemon.set("f", ["new-rtlimit-burst": 3])
        #expect(try scene.answered(5, source: 1) == 3)
        #expect(try scene.limits("f")["unmetered"].integer == 6)
    }

    @Test("With a farm its entries go, and those of other farms stay")
    func removed() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        let limit: Declared.Object = ["new-rtlimit": "1/hour", "new-rtlimit-burst": 2, "limits-ttl": 0]
        try scene.daemon.apply(farms: [scene.farm("f", 1, limit), scene.farm("g", 2, limit)])
        for farm in 1...2 { #expect(try scene.answered(3, farm: farm) == 2) }
        let set = "new-1-hour-2-0s"
        #expect(try scene.keys(set).count == 2)
        try scene.daemon.delete("/farms/f")
        let deadline = Date(timeIntervalSinceNow: 30)
        while try scene.keys(set).count > 1 || scene.keys("hits-new").count > 1, Date() < deadline { usleep(20_000) }
        #expect(try scene.keys(set).count == 1)
        #expect(try scene.keys("hits-new").count == 1)
        #expect(try scene.answered(1, farm: 2) == 0)
        try scene.daemon.apply(farms: [scene.farm("f", 1, limit)])
        #expect(try scene.answered(3) == 2, "made anew it is another farm")
        #expect(try scene.limits("f")["new"].integer == 1)
    }

    @Test("Under load a limit comes and goes, and no connection of others is lost")
    func underLoad() throws {
        let scene = try LimitScene(ipv6: false)
        try scene.daemon.apply(farms: [scene.farm("f", 1, [:]), scene.farm("g", 2, [:])])
        let load = scene.lab.load([TrafficTests.service(false, 2)])
        for burst in [1, 2, 0, 3] {
            try scene.daemon.set(
                "f", ["new-rtlimit": burst == 0 ? "0/second" : "1/hour", "new-rtlimit-burst": burst])
            load.wait(for: 30)
        }
        load.expectNoFailure(atLeast: 100)
    }
}

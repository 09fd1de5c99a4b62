// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Other programs' tables beside ours.
@Suite("Other programs' tables", .requiresKernel, .serialized)
struct NeighbourTests {
    static let service = Endpoint("192.0.2.1", 80)

    static let foreign = """
        table inet filter {
            set banned {
                type ipv4_addr
                flags interval
                elements = { 198.51.100.0/24 }
            }
            chain input {
                type filter hook input priority filter; policy accept;
                ip saddr @banned drop
                tcp dport 9999 reject
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
            }
        }
        table ip nat {
            chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
                ip daddr 192.0.2.200 tcp dport 80 dnat to 10.9.11.2:8080
            }
        }
        table ip nftlb2 {
            comment "not ours, however it sounds"
            map services {
                type inet_proto . ipv4_addr . inet_service : verdict
            }
        }
        """

    @Test("They are as they were: listing before = after")
    func untouched() throws {
        let lab = try Lab()
        try lab.balancer.nft(Self.foreign)
        let listing = {
            try [("inet", "filter"), ("ip", "nat"), ("ip", "nftlb2")].map { try lab.balancer.listing($0, $1) }
        }
        let before = try listing()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends()),
            Declared.farm(
                "six", at: Endpoint("2001:db8::1", 80), mode: "dnat", backends: Declared.backends(ipv6: true)),
        ])
        try daemon.set("f", ["scheduler": "hash", "sched-param": ["srcip"]])
        try daemon.set("f", "b1", ["state": "down"])
        try daemon.delete("/farms/six")
        #expect(try listing() == before)
        daemon.kill()
        try daemon.start()
        try daemon.delete("/farms/f")
        daemon.stop()
        #expect(try listing() == before)
    }

    @Test("A large set beside ours: a first start, a new shape and a repair work, and it is as it was")
    func large() throws {
        let lab = try Lab()
        let count = Int(ProcessInfo.processInfo.environment["FOREIGN_ELEMENTS"] ?? "") ?? 30_000
        let addresses = (0..<count).map { "10.\(64 + $0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }
        try lab.balancer.nft(
            "table ip big {\n set everybody {\n type ipv4_addr\n elements = { \(addresses.joined(separator: ", ")) }\n }\n}"
        )
        // A set that has grown is put in another order by the kernel meanwhile.
        func words() throws -> [Substring] {
            try lab.balancer.listing("ip", "big").split { $0 == "," || $0.isWhitespace }.sorted()
        }
        let before = try words()
        #expect(before.count > count)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())
        ])
        try daemon.set("f", ["scheduler": "hash", "sched-param": ["srcip", "srcport"]])
        #expect(try lab.spread(60, to: Self.service).count == 3)
        let elements = try lab.balancer.elements()
        try lab.balancer.nft("delete table ip nftlb")
        let deadline = Date(timeIntervalSinceNow: 20)
        while try lab.balancer.tables().contains("ip nftlb") == false, Date() < deadline { usleep(50_000) }
        while try lab.balancer.elements() != elements, Date() < deadline { usleep(50_000) }
        #expect(try lab.balancer.elements() == elements)
        daemon.stop()
        #expect(try words() == before)
    }

    @Test("Another program's dNAT works beside ours")
    func works() throws {
        let lab = try Lab()
        try lab.balancer.nft(Self.foreign)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends(2...3))])
        #expect(try lab.spread(2, to: Endpoint("192.0.2.200", 80)) == ["b1": 2])
        #expect(Set(try lab.spread(61, to: Self.service).keys) == ["b2", "b3"])
    }

    /// Loads with nftables 1.0.6, balances, and kills every `nft list ruleset` of that version.
    static let killer = """
        table ip other {
            map choice {
                typeof jhash ip saddr mod 64 : meta mark
                elements = { 1 : 0x1 }
            }
        }
        """

    @Test("A map on which libnftables 1.0.6 dies: a first start and a new shape work beside it")
    func crashing() throws {
        let lab = try Lab()
        try lab.balancer.nft(Self.killer)
        let generation = try lab.balancer.generation()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())
        ])
        #expect(try lab.spread(61, to: Self.service).count == 3)
        try daemon.apply(farms: [
            Declared.farm(
                "g", at: Endpoint("192.0.2.2", 80), scheduler: "hash", backends: Declared.backends(),
                ["sched-param": ["srcip", "srcport"]])
        ])
        #expect(try lab.spread(60, to: Endpoint("192.0.2.2", 80)).count == 3)
        daemon.kill()
        try daemon.start()
        #expect(try lab.spread(61, to: Self.service).count == 3)
        #expect(try lab.balancer.generation() > generation)
        // It is still there, and still deadly to this version of nft.
        let listing = try lab.balancer.start(["nft", "list", "ruleset"]).end()
        let version = try Program.run("nft", "--version").out
        if version.contains("v1.0.6") { #expect(listing.status < 0, "status \(listing.status)") }
        #expect(try lab.balancer.tables().contains("ip other"))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What is counted is what was sent: measured by the client's own kernel, which counts at its door.
@Suite("Statistics", .requiresKernel, .serialized)
struct StatisticsTests {
    static let cases: [(ipv6: Bool, transport: String, mode: String)] = [false, true].flatMap { ipv6 in
        ["tcp", "udp"].flatMap { transport in ["snat", "dnat"].map { (ipv6, transport, $0) } }
    }

    static func service(_ ipv6: Bool) -> Endpoint { Endpoint(ipv6 ? "2001:db8::1" : "192.0.2.1", 80) }

    /// Counters for everything between the client and the service, in the client's own namespace.
    static func meter(_ lab: Lab, _ service: Endpoint) throws {
        let family = service.isIPv6 ? "ip6" : "ip"
        try lab.client.nft(
            """
            table inet door {
                counter sent {
                }
                counter received {
                }
                chain outwards { type filter hook postrouting priority 0
                    \(family) daddr \(service.address) counter name sent
                }
                chain inwards { type filter hook prerouting priority -400
                    \(family) saddr \(service.address) counter name received
                }
            }
            """)
    }

    /// Packets and bytes that the client's kernel has sent and received.
    static func metered(_ lab: Lab) throws -> [Int] {
        let text = try lab.client.check("nft", "-j", "list", "counters", "table", "inet", "door")
        let objects = Reply(try JSONSerialization.jsonObject(with: Data(text.utf8)))["nftables"].array
        return ["sent", "received"].flatMap { name in
            let counter = objects.first { $0["counter"]["name"].string == name }?["counter"]
            return [counter?["packets"].integer ?? -1, counter?["bytes"].integer ?? -1]
        }
    }

    static func figures(_ reply: Reply) -> [Int] {
        ["packetsIn", "bytesIn", "packetsOut", "bytesOut"].map { reply[$0].integer ?? -1 }
    }

    /// The figures of farm `f`, once no packet is under way any more: until they are those of the client, for some seconds.
    static func settled(_ daemon: Daemon, _ lab: Lab, named: Bool) throws -> (farm: Reply, metered: [Int]) {
        let end = Date(timeIntervalSinceNow: 10)
        while true {
            let seen = try metered(lab)
            let farm = try daemon.remote().call("statistics.get", named ? ["farms": ["f"]] : [:])["farms"][0]
            if figures(farm) == seen || Date() > end { return (farm, seen) }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    @Test(
        "Connections, packets and bytes are exact, of every backend and both ways (defect 8.7.7)",
        arguments: cases.indices)
    func exact(index: Int) throws {
        let (ipv6, transport, mode) = Self.cases[index]
        let service = Self.service(ipv6)
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: service, over: transport, mode: mode, backends: Declared.backends(ipv6: ipv6))
        ])
        try Self.meter(lab, service)
        // Conversations of one question and of several: later packets are counted elsewhere than first ones.
        let spread = try lab.spread(20, to: service, udp: transport == "udp")
        let held = try (0..<3).map { _ in try lab.hold(service, udp: transport == "udp") }
        for _ in 0..<10 { for one in held { one.expectAlive() } }
        for isNamed in [false, true] {
            let (farm, metered) = try Self.settled(daemon, lab, named: isNamed)
            #expect(Self.figures(farm) == metered)
            #expect(metered[0] >= 23 + 30)
            #expect(farm["connections"].integer == 23)
            let sums = (0..<4).map { column in farm["backends"].array.reduce(0) { $0 + Self.figures($1)[column] } }
            #expect(sums == metered)
            for backend in farm["backends"].array {
                let name = String(backend["name"].string?.prefix(2) ?? "")
                let own = (spread[name] ?? 0) + held.count { $0.answer.backend == name }
                #expect(backend["connections"].integer == own, "\(name)")
            }
        }
    }

    @Test("Datagrams are counted to the byte", arguments: [false, true])
    func bytes(ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: Self.service(ipv6), over: "udp", backends: Declared.backends(1...1, ipv6: ipv6))
        ])
        let answers = try (0..<7).map { _ in try lab.hold(Self.service(ipv6), udp: true).answer }
        // A question is "?" and a newline; the answer says four words and a newline (BackendServer).
        let header = ipv6 ? 48 : 28
        let lengths = answers.map { "\($0.backend) \($0.peer.address) \($0.peer.port) \($0.port)\n".utf8.count }
        let farm = try daemon.remote().call("statistics.get")["farms"][0]
        #expect(farm["connections"].integer == 7)
        #expect(Self.figures(farm) == [7, 7 * (header + 2), 7, lengths.reduce(0) { $0 + $1 + header }])
    }

    @Test("Figures outlive a restart; of a backend that is deleted, they stay in the farm's")
    func kept() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let service = Self.service(false)
        try daemon.apply(farms: [Declared.farm("f", at: service, over: "udp", backends: Declared.backends(1...2))])
        _ = try lab.spread(10, to: service, udp: true)
        let before = try daemon.remote().call("statistics.get")["farms"][0]
        #expect(before["connections"].integer == 10)
        daemon.kill()
        try daemon.start()
        #expect(try daemon.remote().call("statistics.get")["farms"][0].description == before.description)
        try daemon.delete("/farms/f/backends/b1")
        for _ in 0..<20 {
            let now = try daemon.remote().call("statistics.get")["farms"][0]
            #expect(Self.figures(now) == Self.figures(before) && now["connections"].integer == 10)
            Thread.sleep(forTimeInterval: 0.02)
        }
        // The counters of the backend are gone from the kernel by now, and those of the other are not.
        let listing = try lab.balancer.check("nft", "list", "set", "ip", "nftlb", "newconns")
        #expect(listing.components(separatedBy: "counter packets").count == 2, "\(listing)")
        _ = try lab.spread(4, to: service, udp: true)
        let after = try daemon.remote().call("statistics.get")["farms"][0]
        #expect(after["connections"].integer == 14)
        #expect(after["backends"].array.count == 1)
    }

    @Test("nftlbctl stats; anybody may ask on the read-only socket")
    func control() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service(false), over: "udp", backends: Declared.backends(1...1)),
            Declared.farm("g", at: Endpoint("192.0.2.9", 80), backends: []),
        ])
        _ = try lab.spread(3, to: Self.service(false), udp: true)
        let table = try daemon.control("stats", "f")
        #expect(table.status == 0)
        let lines = table.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0].prefix(3) == ["FARM", "BACKEND", "CONNECTIONS"])
        #expect(lines[1].prefix(3) == ["f", "3", "3"] && lines[2].prefix(3) == ["b1", "3", "3"])
        #expect(try daemon.control("stats", "nobody").status == 4)
        let json = try daemon.control("stats", "-o", "json")
        let reply = Reply(try JSONSerialization.jsonObject(with: Data(json.out.utf8)))
        #expect(reply["farms"].array.map { $0["name"].string } == ["f", "g"])
        let page = try Remote(daemon.readOnlySocket).call("statistics.get", ["limit": 1])
        #expect(page["farms"].array.count == 1 && !page["cursor"].isMissing)
    }
}

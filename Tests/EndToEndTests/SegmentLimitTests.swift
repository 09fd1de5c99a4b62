// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Limits on segments that begin no connection: RST, and what belongs to no connection.
@Suite("Limits of segments", .requiresKernel, .serialized)
struct SegmentLimitTests {
    /// Counts segments with these flags, of all or of a value, where they would go on: behind the balancer's chains, or in a
    /// backend.
    static func watch(_ space: NetworkNamespace, _ condition: String) throws {
        try space.nft(
            """
            table inet watch {
                chain seen { type filter hook prerouting priority -120
                    \(condition) counter
                }
            }
            """)
    }

    static func seen(_ space: NetworkNamespace) throws -> Int {
        let text = try space.check("nft", "-j", "list", "table", "inet", "watch")
        let rules = try Reply(json: text)["nftables"].array.filter { !$0["rule"].isMissing }
        return rules.flatMap { $0["rule"]["expr"].array }.compactMap { $0["counter"]["packets"].integer }.first ?? -1
    }

    @Test(
        "rst-rtlimit: so many RST of a source reach backends; of others, of other farms, all", arguments: [false, true])
    func resets(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6)
        let limit: Declared.Object = ["rst-rtlimit": "1/hour", "rst-rtlimit-burst": 3]
        let one = [Declared.backend(1, ipv6: ipv6)]
        try scene.daemon.apply(farms: [
            scene.farm("f", 1, limit, backends: one), scene.farm("g", 2, limit, backends: one),
            scene.farm("free", 3, [:], backends: one),
        ])
        let backend = scene.lab.topology.backends[0].namespace
        try Self.watch(backend, "tcp flags & rst == rst")
        let reset = { (count: Int, farm: Int, source: Int) in
            for _ in 0..<count {
                let held = try #require(try scene.open(farm: farm, source: source))
                held.conversation.reset()
            }
        }
        try reset(5, 1, 0)
        #expect(try Self.seen(backend) == 3)
        #expect(try scene.limits("f")["resets"].integer == 2)
        try reset(3, 1, 1)
        try reset(3, 2, 0)
        try reset(4, 3, 0)
        #expect(try Self.seen(backend) == 13)
        #expect(try scene.limits("f")["resets"].integer == 2)
        #expect(try scene.limits("g").isMissing)
        #expect(try scene.lines() == ["rst-rtlimit-f ": 2, "rst-rtlimit-g ": 0])
        // Connections that end in peace, and segments of others, pay nothing.
        #expect(try scene.answered(5) == 5)

        try scene.daemon.set("f", ["verdict": ["drop"], "rst-rtlimit-burst": 1])
        try reset(2, 1, 0)
        #expect(try Self.seen(backend) == 14)
        #expect(try scene.lines()["rst-rtlimit-f "] == 2)
        try scene.daemon.set("f", ["rst-rtlimit": "0/second"])
        try reset(4, 1, 0)
        #expect(try Self.seen(backend) == 18)
    }

    /// Sends segments to a service, in order: their flags.
    static func send(_ scene: LimitScene, farm: Int = 1, flags: [UInt8]) throws {
        let service = TrafficTests.service(scene.ipv6, farm)
        let words = ["python3", "-c", Self.sender, LimitScene.source(scene.ipv6, 0), service.address]
        let output = try scene.lab.client.start(words + flags.map { "\($0)" }).end()
        #expect(output.status == 0, "\(output.err)")
    }

    /// A TCP header from port 40000, 40001, … to port 80 with nothing behind it.
    static let sender = """
        import socket, struct, sys
        source, target, flags = sys.argv[1], sys.argv[2], sys.argv[3:]
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        raw = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
        raw.bind((source, 0))
        ends = socket.inet_pton(family, source) + socket.inet_pton(family, target)
        def sum16(data):
            total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
            while total > 0xffff: total = (total & 0xffff) + (total >> 16)
            return ~total & 0xffff
        for index, flag in enumerate(flags):
            header = struct.pack("!HHIIBBHHH", 40000 + index, 80, 1, 1, 0x50, int(flag), 1024, 0, 0)
            check = sum16(ends + struct.pack("!HHHH", 0, 6, 0, len(header)) + header)
            raw.sendto(header[:16] + struct.pack("!H", check) + header[18:], (target, 0))
        """

    @Test("tcp-strict: what belongs to no connection ends here, of this farm alone", arguments: [false, true])
    func strict(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6)
        let strict = scene.farm("f", 1, ["tcp-strict": true])
        try scene.daemon.apply(farms: [strict, scene.farm("free", 2, [:])])
        // An ACK without a connection is one that was missed, unless the host says otherwise.
        try scene.lab.balancer.check("sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_loose=0")
        let service = TrafficTests.service(ipv6)
        try Self.watch(
            scene.lab.balancer, "\(ipv6 ? "ip6" : "ip") saddr \(LimitScene.source(ipv6, 0)) ct state invalid")
        // RST, ACK, SYN and FIN together, none.
        let flags: [UInt8] = [4, 16, 3, 0]
        try Self.send(scene, flags: flags)
        #expect(try scene.limits("f")["invalid"].integer == 4)
        #expect(try Self.seen(scene.lab.balancer) == 0)
        #expect(try scene.lines() == ["tcp-strict-f ": 4])
        try Self.send(scene, farm: 2, flags: flags)
        #expect(try Self.seen(scene.lab.balancer) == 4)
        #expect(try scene.limits("f")["invalid"].integer == 4)
        let held = try #require(try scene.open())
        #expect(try scene.answered(4) == 4)
        held.expectAlive(Comment(rawValue: "\(service)"))

        // With both, RST of no connection is the one limit's or the other's, once.
        try scene.daemon.set("f", ["rst-rtlimit": "1/hour", "rst-rtlimit-burst": 1])
        try Self.send(scene, flags: [4, 4])
        #expect(try scene.limits("f")["invalid"].integer == 6)
        try scene.daemon.set("f", ["tcp-strict": false])
        try Self.send(scene, flags: [4, 4, 4])
        #expect(try scene.limits("f")["invalid"].integer == 6)
        #expect(try scene.limits("f")["resets"].integer == 2)
        #expect(try Self.seen(scene.lab.balancer) == 5)
        held.expectAlive()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Mode local: a proxy on the balancer takes the connections, and what it sends to a backend has that backend's source
/// address. The proxies are haproxy, whose packets a rule of the operator marks, and socat, which sets the mark of its sockets.
@Suite("Local mode", .requiresKernel, .serialized)
struct LocalModeTests {
    static let marks = [1: 0x101, 2: 0x102]

    static func source(_ ipv6: Bool, _ number: Int) -> String {
        ipv6 ? "2001:db8:ffff::\(number)" : "203.0.113.\(number)"
    }

    /// A farm on an address of the balancer: backend 1 with its own source address, backend 2 with the farm's.
    static func farm(_ service: Endpoint, _ more: Declared.Object = [:]) -> Declared.Object {
        let backends = (1...2).map { index in
            Declared.backend(
                index, ipv6: service.isIPv6,
                ["name": "b\(index)", "mark": marks[index] ?? 0].merging(
                    index == 1 ? ["source-addr": source(service.isIPv6, 1)] : [:]
                ) { $1 })
        }
        return Declared.farm(
            "f", at: service, mode: "local", backends: backends,
            ["source-addr": source(service.isIPv6, 9)].merging(more) { $1 })
    }

    /// A lab whose balancer has the service's address.
    static func lab(_ service: Endpoint) throws -> Lab {
        let lab = try Lab(backends: 2)
        try lab.balancer.ip("address add \(service.address)/\(service.isIPv6 ? 128 : 32) dev lo")
        return lab
    }

    /// haproxy between the service and both backends in turn; it runs under its own user, by which its packets are marked.
    static func haproxy(_ lab: Lab, _ service: Endpoint) throws -> Program {
        let servers = (1...2).map { index in
            "server b\(index) \(Endpoint(service.isIPv6 ? Lab.ipv6(index) : Lab.ipv4(index), 8080))"
        }
        let file = lab.folder.appending(path: "haproxy.cfg")
        try """
        global
            user haproxy
            group haproxy
            nbthread 1
        defaults
            mode tcp
            timeout connect 2s
            timeout client 10s
            timeout server 10s
        frontend service
            bind \(service)
            default_backend servers
        backend servers
            balance roundrobin
            \(servers.joined(separator: "\n    "))

        """.write(to: file, atomically: true, encoding: .utf8)
        let family = service.isIPv6 ? "ip6" : "ip"
        let rules = marks.map { index, mark in
            "meta skuid haproxy \(family) daddr \(service.isIPv6 ? Lab.ipv6(index) : Lab.ipv4(index)) meta mark set \(mark)"
        }
        try lab.balancer.nft(
            """
            table inet proxy {
                chain out {
                    type route hook output priority mangle
                    \(rules.joined(separator: "\n        "))
                }
            }
            """)
        let program = try lab.balancer.start(["haproxy", "-db", "-f", file.path])
        try waitUntilAnswered(lab, service, program)
        return program
    }

    /// socat between the service and backend 1, with the mark on its own sockets.
    static func socat(_ lab: Lab, _ service: Endpoint) throws -> Program {
        let version = service.isIPv6 ? "TCP6" : "TCP4"
        let backend = Endpoint(service.isIPv6 ? Lab.ipv6(1) : Lab.ipv4(1), 8080)
        let address = service.isIPv6 ? "[\(service.address)]" : service.address
        // SOL_SOCKET, SO_MARK, 0x101 in the machine's order.
        let program = try lab.balancer.start([
            "socat", "\(version)-LISTEN:\(service.port),bind=\(address),reuseaddr,fork",
            "\(version):\(backend),setsockopt-listen=1:36:x01010000",
        ])
        try waitUntilAnswered(lab, service, program)
        return program
    }

    private static func waitUntilAnswered(_ lab: Lab, _ service: Endpoint, _ program: Program) throws {
        let deadline = Date(timeIntervalSinceNow: 10)
        while Date() < deadline, program.isRunning {
            if (try? lab.topology.ask(.tcp, service, timeLimit: 500)) != nil { return }
            usleep(10_000)
        }
        throw Unexpected(text: "the proxy does not serve: \(program.written.err)")
    }

    /// Whom each backend sees.
    static func peers(_ lab: Lab, _ service: Endpoint, count: Int = 8) throws -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for _ in 0..<count {
            let answer = try lab.hold(service).answer
            result[answer.backend, default: []].insert(answer.peer.address)
        }
        return result
    }

    @Test("haproxy's connections have the source address of their backend, else the farm's", arguments: [false, true])
    func sources(ipv6: Bool) throws {
        let service = TrafficTests.service(ipv6)
        let lab = try Self.lab(service)
        let daemon = try Daemon(on: lab)
        let proxy = try Self.haproxy(lab, service)
        let own = { (backend: Int) in ipv6 ? "fd09:\(10 + backend)::1" : "10.9.\(10 + backend).1" }
        let source = { Self.source(ipv6, $0) }
        #expect(try Self.peers(lab, service) == ["b1": [own(1)], "b2": [own(2)]], "without a farm")
        try daemon.apply(farms: [Self.farm(service)])
        #expect(try Self.peers(lab, service) == ["b1": [source(1)], "b2": [source(9)]])
        let held = try (0..<2).map { _ in try lab.hold(service) }

        try daemon.set("f", "b1", ["source-addr": source(2)])
        #expect(try Self.peers(lab, service) == ["b1": [source(2)], "b2": [source(9)]])
        try daemon.set("f", "b1", ["state": "off"])
        #expect(try Self.peers(lab, service)["b1"] == [source(2)], "whom a proxy asks is its own choice")
        try daemon.set("f", "b1", ["state": "down"])
        #expect(try Self.peers(lab, service)["b1"] == [own(1)])
        try daemon.set("f", "b1", ["state": "up", "source-addr": ""])
        #expect(try Self.peers(lab, service) == ["b1": [source(9)], "b2": [source(9)]])
        for one in held { one.expectAlive() }
        daemon.kill()
        try daemon.start()
        #expect(try Self.peers(lab, service) == ["b1": [source(9)], "b2": [source(9)]])
        try daemon.delete("/farms/f")
        #expect(try Self.peers(lab, service) == ["b1": [own(1)], "b2": [own(2)]], "the farm is gone")
        for one in held { one.expectAlive() }
        #expect(proxy.isRunning)
    }

    @Test("Connections are counted: clients' for the farm, the proxy's for each backend", arguments: [false, true])
    func counted(ipv6: Bool) throws {
        let service = TrafficTests.service(ipv6)
        let lab = try Self.lab(service)
        let daemon = try Daemon(on: lab)
        let proxy = try Self.haproxy(lab, service)
        try daemon.apply(farms: [Self.farm(service)])
        #expect(try lab.counters(ipv6, "newconns-local").isEmpty)
        #expect(try lab.spread(10, to: service) == ["b1": 5, "b2": 5])
        #expect(try lab.counters(ipv6, "newconns-local").map(\.packets) == [10])
        #expect(try lab.counters(ipv6, "newconns").map(\.packets) == [5, 5])
        try daemon.set("f", ["counters": false])
        #expect(try lab.spread(4, to: service) == ["b1": 2, "b2": 2])
        #expect(try lab.counters(ipv6, "newconns-local").map(\.packets) == [10])
        #expect(try lab.counters(ipv6, "newconns").map(\.packets) == [5, 5])
        #expect(proxy.isRunning)
    }

    @Test("A proxy that marks its own sockets; other marks are nobody's", arguments: [false, true])
    func ownMark(ipv6: Bool) throws {
        let service = TrafficTests.service(ipv6)
        let lab = try Self.lab(service)
        let daemon = try Daemon(on: lab)
        let proxy = try Self.socat(lab, service)
        let own = ipv6 ? "fd09:11::1" : "10.9.11.1"
        try daemon.apply(farms: [Self.farm(service)])
        #expect(try Self.peers(lab, service) == ["b1": [Self.source(ipv6, 1)]])
        // A mark that is no backend's, and that of a backend of a farm which no proxy serves.
        for (mark, mode) in [(0x555, "local"), (0x101, "snat")] {
            try daemon.apply(farms: [["name": "f", "mode": mode, "backends": [["name": "b1", "mark": mark]]]])
            // In mode snat the balancer takes the connection itself: ask the proxy where no farm is.
            if mode == "snat" { try daemon.set("f", ["state": "down"]) }
            try lab.balancer.check("conntrack", "-F")
            #expect(try Self.peers(lab, service, count: 2) == ["b1": [own]])
            let entries = try lab.balancer.check("conntrack", "-L", "-f", ipv6 ? "ipv6" : "ipv4", "-p", "tcp")
                .split(separator: "\n")
            #expect(entries.count >= 4 && entries.allSatisfy { $0.contains(" mark=0 ") }, "\(entries)")
        }
        #expect(proxy.isRunning)
    }

    @Test("With intra-connect; and from local to snat and back under load (defect 8.4.4)", arguments: [false, true])
    func changes(ipv6: Bool) throws {
        let service = TrafficTests.service(ipv6)
        let lab = try Self.lab(service)
        let daemon = try Daemon(on: lab)
        let proxy = try Self.haproxy(lab, service)
        try daemon.apply(farms: [Self.farm(service, ["intra-connect": true])])
        #expect(try lab.spread(4, to: service, from: lab.balancer) == ["b1": 2, "b2": 2])
        #expect(try lab.counters(ipv6, "newconns-local").map(\.packets) == [4])
        let held = try lab.hold(service)
        let load = lab.load([service])
        for mode in ["snat", "local", "dnat", "local"] {
            try daemon.set("f", ["mode": mode])
            load.wait(for: 30)
            held.expectAlive(Comment(rawValue: mode))
        }
        load.expectNoFailure(atLeast: 100)
        #expect(try Self.peers(lab, service) == ["b1": [Self.source(ipv6, 1)], "b2": [Self.source(ipv6, 9)]])
        #expect(proxy.isRunning)
    }
}

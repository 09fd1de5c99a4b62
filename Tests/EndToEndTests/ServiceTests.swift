// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What a farm takes: one port, a range, all ports, everything; the most exact takes a packet.
@Suite("Services", .requiresKernel, .serialized)
struct ServiceTests {
    static let ports: [UInt16] = [1, 80, 4999, 5000, 5100, 20000, 65535]

    static func address(_ ipv6: Bool, _ host: Int = 1) -> String { ipv6 ? "2001:db8::\(host)" : "192.0.2.\(host)" }

    /// A farm of one backend, which keeps the port that was asked for.
    static func farm(
        _ name: String, _ ipv6: Bool, ports: [Any], over transport: String, to backend: Int, host: Int = 1,
        _ more: Declared.Object = [:]
    ) -> Declared.Object {
        let own: Declared.Object = [
            "name": name, "backends": [Declared.backend(backend, ipv6: ipv6, port: nil)],
            "addresses": [
                [
                    "name": "a", "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": address(ipv6, host), "ports": ports,
                    "protocol": transport,
                ]
            ],
        ]
        return own.merging(more) { $1 }
    }

    /// Four farms on one address, the most exact first; backend N takes the N-th.
    static func classes(_ ipv6: Bool, _ transport: String) -> [Declared.Object] {
        [
            farm("exact", ipv6, ports: [5000], over: transport, to: 1),
            farm("range", ipv6, ports: ["4500-5500"], over: transport, to: 2),
            farm("ports", ipv6, ports: [], over: transport, to: 3),
            farm("all", ipv6, ports: [], over: "all", to: 4),
        ]
    }

    @Test(
        "Exact beats range beats all ports beats all protocols, whatever comes first (defect 8.7.4)",
        arguments: TrafficTests.places)
    func exactness(ipv6: Bool, transport: String) throws {
        let lab = try Lab(backends: 4, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        let udp = transport == "udp"
        let classes = Self.classes(ipv6, transport)
        func expect(_ expected: [UInt16: Int], _ comment: String) throws {
            for (port, backend) in expected {
                let service = Endpoint(Self.address(ipv6), port)
                #expect(try lab.spread(1, to: service, udp: udp) == ["b\(backend)": 1], "\(comment): \(port)")
            }
            let other = Endpoint(Self.address(ipv6), 5000)
            #expect(try lab.spread(1, to: other, udp: !udp) == ["b4": 1], "\(comment): the other protocol")
        }
        for (order, comment) in [(classes, "exact first"), (classes.reversed(), "exact last")] {
            for farm in order { try daemon.apply(farms: [farm]) }
            try expect([5000: 1, 5100: 2, 4999: 2, 20000: 3, 1: 3, 65535: 3], comment)
            let load = LoadLoop(
                lab.topology, udp ? .udp : .tcp, [Endpoint(Self.address(ipv6), 20000)], clients: 1)
            for name in ["exact", "range"] { try daemon.delete("/farms/\(name)") }
            load.wait(for: 5)
            load.expectNoFailure(atLeast: 5)
            try expect([5000: 3, 5100: 3, 20000: 3], "two are gone")
            try daemon.delete("/farms/ports")
            try expect([5000: 4, 5100: 4, 20000: 4], "one is left")
            try daemon.delete("/farms/all")
            #expect(try lab.refusal(of: Endpoint(Self.address(ipv6), 5000), udp: udp) != nil)
        }
    }

    @Test("All ports in one range, one element; a range beats all ports (defect 8.6.6)", arguments: [false, true])
    func everyPort(ipv6: Bool) throws {
        let lab = try Lab(backends: 2, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        for transport in ["udp", "tcp"] {
            try daemon.apply(farms: [
                Self.farm("r\(transport)", ipv6, ports: ["1-65535"], over: transport, to: 1),
                Self.farm("a\(transport)", ipv6, ports: [], over: transport, to: 2),
            ])
            for port in Self.ports {
                let connection = try lab.hold(Endpoint(Self.address(ipv6), port), udp: transport == "udp")
                #expect(connection.answer.backend == "b1" && connection.answer.port == port)
            }
        }
        #expect(try lab.balancer.elements().count { $0.contains("/services-range ") } == 2)
        for transport in ["udp", "tcp"] { try daemon.delete("/farms/r\(transport)") }
        #expect(try lab.spread(1, to: Endpoint(Self.address(ipv6), 65535)) == ["b2": 1])
    }

    /// Which protocols: an echo has no port, and goes to a backend too.
    @Test(
        "All protocols: echo requests, TCP and UDP go to the backends, each with its own port (defect 8.7.4)",
        arguments: [false, true])
    func allProtocols(ipv6: Bool) throws {
        let lab = try Lab(backends: 2, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        // A backend's port has no meaning where there are connections without ports.
        try daemon.apply(farms: [
            Self.farm(
                "f", ipv6, ports: [], over: "all", to: 1,
                ["backends": [1, 2].map { Declared.backend($0, ipv6: ipv6, port: 80) }])
        ])
        let address = Self.address(ipv6)
        let before = try [1, 2].map { try lab.echoRequests(at: $0, ipv6: ipv6) }
        for _ in 0..<4 { try lab.client.check("ping", "-c", "1", "-W", "2", address) }
        let after = try [1, 2].map { try lab.echoRequests(at: $0, ipv6: ipv6) }
        #expect(zip(before, after).map { $1 - $0 } == [2, 2], "in turn, and each was answered")
        for udp in [false, true] {
            for port: UInt16 in [5000, 20000] {
                let answers = try (0..<4).map { _ in try lab.hold(Endpoint(address, port), udp: udp).answer }
                #expect(answers.allSatisfy { $0.port == port })
                #expect(Set(answers.map(\.backend)) == ["b1", "b2"])
            }
        }
    }

    @Test("All protocols of an address on the clients' own network: it is still found there", arguments: [false, true])
    func neighbours(ipv6: Bool) throws {
        let lab = try Lab(backends: 1, ports: [80])
        let daemon = try Daemon(on: lab)
        let address = ipv6 ? "fd09:1::80" : "10.9.1.80"
        try lab.balancer.ip("address add \(address)/\(ipv6 ? "64 nodad" : "24") dev client")
        try daemon.apply(farms: [
            Self.farm(
                "f", ipv6, ports: [], over: "all", to: 1,
                [
                    "addresses": [
                        ["name": "a", "ip-addr": address, "ports": [Int](), "protocol": "all"] as Declared.Object
                    ]
                ])
        ])
        for _ in 0..<3 {
            try lab.client.ip("neighbour flush dev eth0")
            #expect(try lab.spread(2, to: Endpoint(address, 80)) == ["b1": 2])
        }
    }

    @Test("An address of the balancer's own is more exact than any address (defect 8.4.3)", arguments: [false, true])
    func anyAddress(ipv6: Bool) throws {
        let lab = try Lab(backends: 4, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        let own = ipv6 ? "fd09:1::1" : "10.9.1.1"
        let any: Declared.Object = [
            "name": "any", "backends": [Declared.backend(4, ipv6: ipv6, port: nil)],
            "addresses": [
                ["name": "a", "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": "", "ports": [80, 5000], "protocol": "tcp"]
            ],
        ]
        let at = { (farm: Declared.Object) -> Declared.Object in
            var addresses = farm["addresses"] as? [Declared.Object] ?? []
            addresses[0]["ip-addr"] = own
            return farm.merging(["addresses": addresses]) { $1 }
        }
        let farms = [
            any, at(Self.farm("range", ipv6, ports: ["4000-6000"], over: "tcp", to: 2)),
            at(Self.farm("ports", ipv6, ports: [], over: "tcp", to: 3)),
        ]
        for order in [farms, farms.reversed()] {
            for farm in order { try daemon.apply(farms: [farm]) }
            #expect(try lab.spread(1, to: Endpoint(own, 5000)) == ["b2": 1])
            #expect(try lab.spread(1, to: Endpoint(own, 80)) == ["b3": 1])
            try daemon.delete("/farms/range")
            #expect(try lab.spread(1, to: Endpoint(own, 5000)) == ["b3": 1])
            try daemon.delete("/farms/ports")
            #expect(try lab.spread(1, to: Endpoint(own, 5000)) == ["b4": 1])
            #expect(try lab.spread(1, to: Endpoint(own, 80)) == ["b4": 1])
            #expect(try lab.refusal(of: Endpoint(own, 20000)) != nil)
            try daemon.delete("/farms/any")
        }
    }

    @Test("Two farms share an address; one goes under load and the other goes on", arguments: [false, true])
    func shared(ipv6: Bool) throws {
        let lab = try Lab(backends: 2, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        let service = Endpoint(Self.address(ipv6), 20000)
        let wide = { try lab.balancer.elements().filter { $0.contains("/wild ") } }
        try daemon.apply(farms: [Self.farm("ports", ipv6, ports: [], over: "tcp", to: 1)])
        let held = try lab.hold(service)
        let load = lab.load([service])
        for _ in 0..<3 {
            try daemon.apply(farms: [Self.farm("range", ipv6, ports: ["4000-6000"], over: "tcp", to: 2)])
            load.wait(for: 30)
            #expect(try lab.spread(1, to: Endpoint(service.address, 5000)) == ["b2": 1])
            #expect(try wide().count == 1)
            try daemon.delete("/farms/range")
            load.wait(for: 30)
        }
        // Down is as good as gone, and the address of the other is still looked for.
        try daemon.apply(farms: [Self.farm("range", ipv6, ports: ["4000-6000"], over: "tcp", to: 2)])
        try daemon.set("range", ["state": "down"])
        #expect(try lab.spread(1, to: Endpoint(service.address, 5000)) == ["b1": 1])
        let result = load.expectNoFailure()
        #expect(result.answered.keys.sorted() == ["b1"])
        held.expectAlive()
        try daemon.delete("/farms/ports")
        #expect(try lab.refusal(of: service) != nil)
        #expect(try wide() == [])
        try daemon.set("range", ["state": "up"])
        #expect(try lab.spread(1, to: Endpoint(service.address, 5000)) == ["b2": 1])
    }

    @Test("Two farms in one class on one address: what overlaps is refused, naming both", arguments: [false, true])
    func overlaps(ipv6: Bool) throws {
        let lab = try Lab(backends: 2, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        let cases: [(ports: [Any], other: [Any], transport: String, overTransport: String)] = [
            (["4000-6000"], ["6000-7000"], "tcp", "tcp"), ([], [], "udp", "udp"), ([], [], "all", "all"),
            ([5000], ["4999-5001"], "tcp", "all"), (["1-65535"], ["300-600"], "all", "udp"),
        ]
        for (index, one) in cases.enumerated() {
            try daemon.apply(farms: [
                Self.farm("first", ipv6, ports: one.ports, over: one.transport, to: 1, host: index + 1)
            ])
            let error = try daemon.refusal(of: [
                Self.farm("second", ipv6, ports: one.other, over: one.overTransport, to: 2, host: index + 1)
            ])
            #expect(error?.path?.hasPrefix("/farms/second") == true, "\(error.debugDescription)")
            #expect(error?.message.contains("first") == true, "\(error.debugDescription)")
            #expect(
                try lab.spread(1, to: Endpoint(Self.address(ipv6, index + 1), 5000), udp: one.transport == "udp")
                    == ["b1": 1])
            try daemon.delete("/farms/first")
        }
    }

    @Test("intra-connect: each kind of service for clients on the balancer itself", arguments: [false, true])
    func intraConnect(ipv6: Bool) throws {
        let lab = try Lab(backends: 4, ports: Self.ports)
        let daemon = try Daemon(on: lab)
        for host in 1...2 {
            try lab.balancer.ip("address add \(Self.address(ipv6, host))/\(ipv6 ? 128 : 32) dev lo")
        }
        let yes: Declared.Object = ["intra-connect": true]
        try daemon.apply(farms: [
            Self.farm("exact", ipv6, ports: [5000], over: "tcp", to: 1, yes),
            Self.farm("range", ipv6, ports: ["4500-5500"], over: "tcp", to: 2, yes),
            Self.farm("ports", ipv6, ports: [], over: "tcp", to: 3, yes),
            Self.farm("all", ipv6, ports: [], over: "all", to: 4, yes),
            // The same kinds for clients outside only.
            Self.farm("outside", ipv6, ports: [5000], over: "tcp", to: 1, host: 2),
            Self.farm("outside-all", ipv6, ports: [], over: "all", to: 4, host: 2),
        ])
        let local = { (host: Int, port: UInt16, udp: Bool) in
            try lab.spread(1, to: Endpoint(Self.address(ipv6, host), port), udp: udp, from: lab.balancer)
        }
        #expect(try local(1, 5000, false) == ["b1": 1])
        #expect(try local(1, 5100, false) == ["b2": 1])
        #expect(try local(1, 20000, false) == ["b3": 1])
        #expect(try local(1, 5000, true) == ["b4": 1])
        let before = try lab.echoRequests(at: 4, ipv6: ipv6)
        try lab.balancer.check("ping", "-c", "1", "-W", "2", Self.address(ipv6))
        #expect(try lab.echoRequests(at: 4, ipv6: ipv6) == before + 1)
        for port: UInt16 in [5000, 20000] {
            #expect(throws: ConversationFailure.self) { try local(2, port, false) }
            #expect(try lab.spread(1, to: Endpoint(Self.address(ipv6, 2), port)).count == 1)
        }
        // Each on its own, and any address of the balancer.
        for name in ["exact", "range", "ports"] { try daemon.delete("/farms/\(name)") }
        #expect(try local(1, 5000, false) == ["b4": 1])
        try daemon.delete("/farms/all")
        #expect(throws: ConversationFailure.self) { try local(1, 5000, false) }
        let any: Declared.Object = ["name": "a", "family": ipv6 ? "ipv6" : "ipv4", "ip-addr": "", "ports": [5000]]
        try daemon.apply(farms: [
            Self.farm("any", ipv6, ports: [], over: "tcp", to: 2, yes.merging(["addresses": [any]]) { $1 })
        ])
        for address in [Self.address(ipv6), ipv6 ? "fd09:1::1" : "10.9.1.1"] {
            #expect(try lab.spread(1, to: Endpoint(address, 5000), from: lab.balancer) == ["b2": 1])
        }
        let elsewhere = Endpoint(ipv6 ? Lab.ipv6(1) : Lab.ipv4(1), 5000)
        #expect(try lab.spread(1, to: elsewhere, from: lab.balancer) == ["b1": 1], "not an address of the balancer")
    }

    @Test("intra-connect: a client without a hardware address, hashed and known by it", arguments: [false, true])
    func withoutHardwareAddress(ipv6: Bool) throws {
        let lab = try Lab(backends: 2, ports: [80])
        let daemon = try Daemon(on: lab)
        try lab.balancer.ip("address add \(Self.address(ipv6))/\(ipv6 ? 128 : 32) dev lo")
        let all = ["srcip", "dstip", "srcport", "dstport", "srcmac", "dstmac"]
        for fields in [["srcmac"], ["srcip", "srcmac"], all] {
            for scheduler in ["hash", "maglev"] {
                try daemon.apply(
                    farms: [
                        Self.farm(
                            "f", ipv6, ports: [80], over: "tcp", to: 1,
                            [
                                "scheduler": scheduler, "sched-param": fields, "persistence": fields,
                                "intra-connect": true,
                            ])
                    ], mode: "replace")
                let service = Endpoint(Self.address(ipv6), 80)
                #expect(try lab.spread(2, to: service, from: lab.balancer) == ["b1": 2], "\(fields)")
                #expect(try lab.spread(2, to: service) == ["b1": 2], "\(fields)")
            }
        }
    }
}

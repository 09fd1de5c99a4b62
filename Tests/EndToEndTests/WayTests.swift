// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Farms at ingress follow the ways to their backends: neighbours, interfaces, gateways.
@Suite("Ways to backends at ingress", .requiresKernel, .serialized)
struct WayTests {
    static let service = Endpoint("192.0.2.1", 80)
    static let service6 = Endpoint("2001:db8::1", 80)

    /// A lab whose backends have the services' addresses, too.
    static func lab() throws -> Lab {
        let lab = try Lab(ports: [80])
        for backend in lab.topology.backends {
            for service in [service, service6] { try backend.namespace.ip("address add \(service.address) dev lo") }
        }
        return lab
    }

    /// A farm of each family; direct return keeps the port that the client asked for.
    static func farms(_ indices: ClosedRange<Int> = 1...3) -> [Declared.Object] {
        [false, true].map { isIPv6 in
            Declared.farm(
                isIPv6 ? "six" : "four", at: isIPv6 ? service6 : service, mode: "dsr",
                backends: Declared.backends(indices, ipv6: isIPv6, port: nil))
        }
    }

    private static func expectSpread(
        _ lab: Lab, _ names: Set<String>, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for service in [service, service6] {
            // A state is the network's; the kernel has it some milliseconds later, on a slow machine many.
            var spread = try lab.spread(6, to: service)
            let end = Date(timeIntervalSinceNow: 30)
            while Set(spread.keys) != names, Date() < end { spread = try lab.spread(6, to: service) }
            #expect(Set(spread.keys) == names, "\(comment): \(spread)", sourceLocation: sourceLocation)
        }
    }

    @Test("Unknown neighbours are asked at once and then up, never with an address of zeros; a new address is followed")
    func neighbours() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        // A host that knows nobody.
        try lab.balancer.ip("neigh flush all")
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "resolved")
        #expect(try !lab.balancer.check("nft", "list", "table", "netdev", "nftlb").contains("00:00:00:00:00:00"))
        let revision = try daemon.remote().call("configuration.get")["revision"].integer
        // Another card in the first backend; its host says so.
        let backend = lab.topology.backends[0].namespace
        try backend.ip("link set eth0 address 02:00:00:00:00:77")
        try backend.ip("neigh flush all")
        try backend.check("ping", "-c1", "-W2", "10.9.11.1")
        try backend.check("ping", "-c1", "-W2", "fd09:11::1")
        usleep(300_000)
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "with another address")
        // A start finds it so, and nothing was declared.
        let generation = try lab.balancer.generation()
        daemon.kill()
        try daemon.start()
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "after a start")
        #expect(try lab.balancer.generation() == generation)
        #expect(try daemon.remote().call("configuration.get")["revision"].integer == revision)
    }

    @Test("Who deletes neighbours that answer cuts nobody off")
    func deletions() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        let services = [Self.service, Self.service6]
        let held = try services.flatMap { service in try (0..<6).map { _ in try lab.hold(service) } }
        let load = lab.load(services, clients: 1)
        for _ in 0..<3 {
            for backend in 1...3 {
                try lab.balancer.ip("neigh del \(Lab.ipv4(backend)) dev b\(backend)")
                try lab.balancer.ip("neigh del \(Lab.ipv6(backend)) dev b\(backend)")
            }
            usleep(500_000)
            for stream in held { stream.expectAlive() }
        }
        load.expectNoFailure(atLeast: 10)
    }

    @Test("One that does not answer is down with the reason; its clients go to the others; it answers and is back")
    func failure() throws {
        let lab = try Self.lab()
        for family in ["ipv4", "ipv6"] {
            try lab.balancer.inside {
                // Answers are old after a second, not after thirty.
                try NetworkNamespace.sysctl("net.\(family).neigh.b2.base_reachable_time_ms", "1000")
                try NetworkNamespace.sysctl("net.\(family).neigh.b2.delay_first_probe_time", "1")
                try NetworkNamespace.sysctl("net.\(family).neigh.b2.retrans_time_ms", "200")
            }
        }
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        let backend = lab.topology.backends[1].namespace
        try backend.ip("address del \(Lab.ipv4(2))/24 dev eth0")
        try backend.ip("address del \(Lab.ipv6(2))/64 dev eth0")
        try daemon.expect("four", "degraded", "1 of 3 backends take no connections", within: 30)
        try daemon.expect("six", "degraded", within: 30)
        let four = try daemon.remote().call("status.get", ["farms": ["four"]])["farms"][0]["backends"][1]
        #expect(four["operational"].string == "down")
        #expect(four["reason"].string == "the neighbour on the way to \(Lab.ipv4(2)) does not answer at interface b2")
        try Self.expectSpread(lab, ["b1", "b3"], "one is silent")
        try backend.ip("address add \(Lab.ipv4(2))/24 dev eth0")
        try backend.ip("address add \(Lab.ipv6(2))/64 dev eth0 nodad")
        try backend.ip("route replace default via 10.9.12.1")
        try backend.ip("route replace ::/0 via fd09:12::1")
        for farm in ["four", "six"] { try daemon.expect(farm, "up", within: 30) }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "it answers again")
    }

    @Test("An interface loses its carrier and has it again; goes, and comes back")
    func interfaces() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        let backend = lab.topology.backends[1].namespace
        try backend.ip("link set eth0 down")
        for farm in ["four", "six"] { try daemon.expect(farm, "degraded", "1 of 3 backends take no connections") }
        let reason = try daemon.remote().call("status.get", ["farms": ["four"]])["farms"][0]["backends"][1]["reason"]
        #expect(reason.string == "interface b2, the way to \(Lab.ipv4(2)), is down or has no carrier")
        try Self.expectSpread(lab, ["b1", "b3"], "no carrier")
        try Self.connectBackend(2, of: lab, isNew: false)
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "a carrier again")
        try lab.balancer.ip("link del b2")
        for farm in ["four", "six"] { try daemon.expect(farm, "degraded") }
        try Self.expectSpread(lab, ["b1", "b3"], "no interface")
        try Self.connectBackend(2, of: lab, isNew: true)
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "another interface of the name")
    }

    @Test("The interface of the clients goes and comes back: its base chain is made again")
    func clientInterface() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "before")
        try lab.balancer.ip("link del client")
        try lab.balancer.ip("link add client type veth peer name eth0 netns \(lab.client.path)")
        try lab.balancer.ip("address add 10.9.1.1/24 dev client")
        try lab.balancer.ip("address add fd09:1::1/64 dev client nodad")
        try lab.balancer.ip("link set client up")
        try lab.client.ip("address add 10.9.1.2/24 dev eth0")
        try lab.client.ip("address add fd09:1::2/64 dev eth0 nodad")
        try lab.client.ip("link set eth0 up")
        try lab.client.ip("route add default via 10.9.1.1")
        try lab.client.ip("route add ::/0 via fd09:1::1")
        try Self.waitUntil { try lab.balancer.check("nft", "list", "table", "netdev", "nftlb").contains("\"client\"") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "after")
    }

    @Test("A backend behind a gateway, one on a bridge")
    func otherWays() throws {
        let lab = try Self.lab()
        // The first backend is reached over a router, which it is itself: its own address is on no wire.
        let far = ["198.51.100.7", "2001:db8:7::7"]
        for address in far { try lab.topology.backends[0].namespace.ip("address add \(address) dev lo") }
        try lab.balancer.ip("route add 198.51.100.0/24 via \(Lab.ipv4(1))")
        try lab.balancer.ip("route add 2001:db8:7::/64 via \(Lab.ipv6(1))")
        try lab.balancer.ip("link add br0 type bridge")
        try lab.balancer.ip("link set b2 master br0")
        try lab.balancer.ip("link set br0 up")
        try Self.move(2, of: lab, from: "b2", to: "br0")
        let daemon = try Daemon(on: lab)
        var farms = Self.farms()
        for index in 0...1 {
            var backends = farms[index]["backends"] as? [Declared.Object] ?? []
            backends[0]["ip-addr"] = far[index]
            farms[index]["backends"] = backends
        }
        try daemon.apply(farms: farms)
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "gateway, bridge")
        try lab.balancer.ip("route del 198.51.100.0/24")
        try daemon.expect("four", "degraded")
        let reason = try daemon.remote().call("status.get", ["farms": ["four"]])["farms"][0]["backends"][0]["reason"]
        #expect(reason.string == "there is no route to 198.51.100.7")
        try lab.balancer.ip("route add 198.51.100.0/24 via \(Lab.ipv4(1))")
        try daemon.expect("four", "up")
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "the route is back")
    }

    @Test("A backend on a VLAN", .enabled(if: hasVLANs, "this kernel has no VLANs (CONFIG_VLAN_8021Q)"))
    func tagged() throws {
        let lab = try Self.lab()
        try lab.balancer.ip("link add link b3 name b3.7 type vlan id 7")
        try lab.balancer.ip("link set b3.7 up")
        try Self.move(3, of: lab, from: "b3", to: "b3.7")
        let tagged = lab.topology.backends[2].namespace
        try tagged.ip("link add link eth0 name eth0.7 type vlan id 7")
        try tagged.ip("link set eth0.7 up")
        try tagged.ip("address flush dev eth0")
        try tagged.ip("address add \(Lab.ipv4(3))/24 dev eth0.7")
        try tagged.ip("address add \(Lab.ipv6(3))/64 dev eth0.7 nodad")
        try tagged.ip("route replace default via 10.9.13.1")
        try tagged.ip("route replace ::/0 via fd09:13::1")
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        for farm in ["four", "six"] { try daemon.expect(farm, "up") }
        try Self.expectSpread(lab, ["b1", "b2", "b3"], "VLAN")
    }

    // Loopback cannot carry any.
    private static let hasVLANs: Bool = {
        guard let namespace = try? NetworkNamespace() else { return false }
        try? namespace.ip("link add one type veth peer name two")
        return (try? namespace.ip("link add link one name one.7 type vlan id 7")) != nil
    }()

    private static func move(_ index: Int, of lab: Lab, from old: String, to new: String) throws {
        try lab.balancer.ip("address flush dev \(old)")
        try lab.balancer.ip("address add 10.9.\(10 + index).1/24 dev \(new)")
        try lab.balancer.ip("address add fd09:\(10 + index)::1/64 dev \(new) nodad")
    }

    /// Connects a backend again, with a new wire or the old one.
    private static func connectBackend(_ index: Int, of lab: Lab, isNew: Bool) throws {
        let backend = lab.topology.backends[index - 1].namespace
        if isNew {
            try lab.balancer.ip("link add b\(index) type veth peer name eth0 netns \(backend.path)")
            try lab.balancer.ip("address add 10.9.\(10 + index).1/24 dev b\(index)")
            try lab.balancer.ip("address add fd09:\(10 + index)::1/64 dev b\(index) nodad")
            try lab.balancer.ip("link set b\(index) up")
            try backend.ip("address add \(Lab.ipv4(index))/24 dev eth0")
        }
        try backend.ip("link set eth0 up")
        try backend.ip("address add \(Lab.ipv6(index))/64 dev eth0 nodad")
        try backend.ip("route replace default via 10.9.\(10 + index).1")
        try backend.ip("route replace ::/0 via fd09:\(10 + index)::1")
    }

    private static func waitUntil(_ condition: () throws -> Bool) throws {
        for _ in 0..<500 {
            if try condition() { return }
            usleep(20_000)
        }
        Issue.record("it did not come to pass")
    }
}

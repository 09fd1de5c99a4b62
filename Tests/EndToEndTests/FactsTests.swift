// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What the host must provide is a fact: the daemon sees it as it changes and says it.
@Suite("Facts of the host's network", .requiresKernel, .serialized)
struct FactsTests {
    static let service = Endpoint("192.0.2.1", 80)
    static let service6 = Endpoint("2001:db8::1", 80)

    @Test("Forwarding off: the farm says so at once, and so at a start; on again: up; nothing is written for it")
    func forwarding() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, backends: Declared.backends()),
            Declared.farm("six", at: Self.service6, mode: "dnat", backends: Declared.backends(ipv6: true)),
        ])
        try daemon.expect("f", "up")
        try daemon.expect("six", "up")
        let generation = try lab.balancer.generation()
        try lab.balancer.inside { try NetworkNamespace.sysctl("net.ipv4.ip_forward", "0") }
        try daemon.expect(
            "f", "degraded", "the host does not forward packets to backends: net.ipv4.ip_forward is 0")
        #expect(try lab.refusal(of: Self.service) != nil)
        try daemon.expect("six", "up")
        #expect(try lab.spread(3, to: Self.service6).count == 3)
        daemon.kill()
        try daemon.start()
        try daemon.expect("f", "degraded")
        try lab.balancer.inside {
            try NetworkNamespace.sysctl("net.ipv4.ip_forward", "1")
            try NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "0")
        }
        try daemon.expect("f", "up")
        try daemon.expect(
            "six", "degraded", "the host does not forward packets to backends: net.ipv6.conf.all.forwarding is 0")
        #expect(try lab.spread(3, to: Self.service).count == 3)
        #expect(try lab.balancer.generation() == generation)
    }

    @Test("A backend on the balancer itself needs no forwarding")
    func local() throws {
        let lab = try Lab()
        try lab.balancer.inside { try NetworkNamespace.sysctl("net.ipv4.ip_forward", "0") }
        let daemon = try Daemon(on: lab)
        let backend: Declared.Object = ["name": "own", "ip-addr": "10.9.11.1", "port": 8080]
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: [backend])])
        try daemon.expect("f", "up")
        try lab.balancer.ip("address del 10.9.11.1/24 dev b1")
        try daemon.expect("f", "degraded")
        try lab.balancer.ip("address add 10.9.11.1/24 dev b2")
        try daemon.expect("f", "up")
    }
}

extension Daemon {
    /// Waits until a farm is in a state, for a reason if one is given.
    func expect(
        _ farm: String, _ state: String, _ reason: String? = nil, within seconds: Double = 10,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var last = Reply(nil)
        repeat {
            last = try remote().call("status.get", ["farms": [farm]])["farms"][0]
            if last["operational"].string == state, reason == nil || last["reason"].string == reason { return }
            usleep(10_000)
        } while Date() < deadline
        Issue.record("\(farm) is not \(state): \(last.line)", sourceLocation: sourceLocation)
    }
}

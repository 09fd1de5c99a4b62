// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Namespaces
import Nftables
import NftablesKernel
import Testing

/// Every flow stays with its backend, whatever becomes of the others: no connection tracking helps here.
@Suite("Flows at ingress stay whole", .enabled(if: NetworkNamespace.isAvailable))
struct FlowTests {
    static let kinds: [(mode: String, scheduler: String)] = ["dsr", "stlsdnat"].flatMap { mode in
        DirectReturnTests.schedulers.map { (mode, $0) }
    }

    private static func farm(_ mode: String, _ scheduler: String, _ backends: [String?]) -> FarmDocument {
        var farm = DirectReturnTests.farm(scheduler)
        farm.mode = mode
        farm.backends = backends
        return farm
    }

    @Test(arguments: kinds)
    func `while backends come, are drained, change their weights and go`(_ mode: String, _ scheduler: String) throws {
        let topology = try Topology(backends: 4)
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let balancer = try topology.makeIngressBalancer(Self.farm(mode, scheduler, ["", "", nil, nil]))
        let service = Endpoint("192.0.2.1", 80)
        var flows: [(conversation: Conversation, backend: String)] = []
        func begin(_ count: Int) throws -> Set<String> {
            let new = try (0..<count).map { _ in
                let conversation = try topology.converse(.tcp, service)
                return (conversation, try conversation.ask().backend)
            }
            flows += new
            return Set(new.map(\.1))
        }
        func checkAll() throws {
            for (conversation, backend) in flows { #expect(try conversation.ask().backend == backend) }
        }
        #expect(try begin(30) == ["b1", "b2"])
        // One comes: new flows reach it, the others stay.
        try topology.change(balancer, Self.farm(mode, scheduler, ["", "", "", nil]))
        try checkAll()
        #expect(try begin(40) == ["b1", "b2", "b3"])
        // One is drained, one changes its weight, another comes.
        try topology.change(
            balancer, Self.farm(mode, scheduler, [#""state": "off""#, #""weight": 5"#, "", ""]))
        try checkAll()
        #expect(try begin(60) == ["b2", "b3", "b4"])
        // What is down keeps what it has, as connections that are translated do.
        try topology.change(
            balancer, Self.farm(mode, scheduler, [#""state": "down""#, #""weight": 5"#, "", ""]))
        try checkAll()
        // One goes for good: the flows of the others do not notice.
        try topology.change(balancer, Self.farm(mode, scheduler, [nil, #""weight": 5"#, "", ""]))
        flows.removeAll { $0.backend == "b1" }
        #expect(flows.count > 60)
        try checkAll()
    }

    // Filled once for each way to choose: it takes some seconds.
    @Test(
        "Where there is no room to remember another flow, each has one backend all the same",
        arguments: [("dsr", "rr"), ("stlsdnat", "hash")])
    func full(_ mode: String, _ scheduler: String) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let balancer = try topology.makeIngressBalancer(Self.farm(mode, scheduler, ["", "", ""]))
        let service = Endpoint("192.0.2.1", 80)
        let known = try (0..<6).map { _ in try topology.converse(.tcp, service) }
        let homes = try known.map { try $0.ask().backend }
        try topology.balancer.inside { try Self.fill(balancer.kernel) }
        for (conversation, home) in zip(known, homes) { #expect(try conversation.ask().backend == home) }
        var seen: Set<String> = []
        for _ in 0..<40 {
            let conversation = try topology.converse(.tcp, service)
            let answers = Set(try (0..<4).map { _ in try conversation.ask().backend })
            #expect(answers.count == 1)
            seen.formUnion(answers)
        }
        #expect(seen == ["b1", "b2", "b3"])
    }

    /// Flows of others, until the kernel takes no more.
    private static func fill(_ kernel: KernelConnection) throws {
        let set = SetReference(family: .netdev, name: "flows")
        var next: UInt32 = 0
        var step: UInt32 = 16_384
        while step > 0 {
            let flows = (next..<next + step).flatMap { [$0, 7, 1].flatMap(ElementBytes.bytes) }
            do throws(KernelFailure) {
                try kernel.commit(
                    Transaction([.add(ElementList(set: set, keyLength: 8, dataLength: 4, bytes: flows))]))
                next += step
            } catch {
                step /= 2
            }
        }
        #expect(next > 1_048_000)
    }

    @Test(
        "A backend to which no frame can be sent gets nothing, and is back when one can (defect 8.4.10)",
        arguments: ["dsr", "stlsdnat"])
    func unreachable(_ mode: String) throws {
        let topology = try Topology()
        let servers = try topology.addServiceAddresses(DirectReturnTests.addresses)
        defer { for server in servers { server.shutDown() } }
        let farm = Self.farm(mode, "rr", ["", "", ""])
        let balancer = try topology.makeIngressBalancer(farm)
        let service = Endpoint("192.0.2.1", 80)
        let known = balancer.facts
        let second = try #require(known.ways.keys.first { $0.description == topology.backends[1].address })
        for way in [
            NetworkFacts.Way.unreachable, .unresolved(try InterfaceName("b2")), .failed(try InterfaceName("b2")),
        ] {
            balancer.facts.ways[second] = way
            try topology.change(balancer, farm)
            #expect(Set(try topology.spread(.tcp, service, count: 30).keys) == ["b1", "b3"])
        }
        balancer.facts.ways[second] = nil
        try topology.change(balancer, farm)
        #expect(Set(try topology.spread(.tcp, service, count: 30).keys) == ["b1", "b3"])
        balancer.facts = known
        try topology.change(balancer, farm)
        #expect(Set(try topology.spread(.tcp, service, count: 30).keys) == ["b1", "b2", "b3"])
    }
}

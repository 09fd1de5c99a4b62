// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("What the engine makes of the host's network")
struct FactsTests {
    static let web = Sample.name("web")

    private func condition(_ bench: EngineBench, _ name: String = "web") -> Condition {
        bench.engine.condition(of: bench.engine.configuration.farms[Sample.name(name)]!).farm
    }

    private func tell(_ bench: EngineBench) {
        bench.scheduler.run()
        bench.scheduler.advance(milliseconds: 10)
        bench.scheduler.run()
    }

    @Test("Nothing is followed while no farm needs it")
    func needs() throws {
        let bench = EngineBench()
        #expect(bench.network.followed == [])
        bench.apply(Sample.farm("web", backends: 2))
        #expect(bench.network.followed == .host)
        #expect(bench.network.lookUps == 0)
        #expect(bench.network.probes == [])
        bench.apply([.delete(try ObjectPath(parsing: "/farms/web"))])
        #expect(bench.network.followed == [])
        #expect(bench.engine.facts.forwarding == [:])
    }

    @Test("Forwarding off: farms that need it say so, and which setting it is, until it is on; nothing is written")
    func forwarding() throws {
        let bench = EngineBench()
        bench.apply(Sample.farm("web", backends: 2))
        #expect(condition(bench) == Condition(.up))
        bench.kernel.forgetHistory()
        bench.network.set(forwarding: .ipv4, false)
        tell(bench)
        #expect(
            condition(bench)
                == Condition(.degraded, "the host does not forward packets to backends: net.ipv4.ip_forward is 0"))
        bench.network.set(forwarding: .ipv6, false)
        bench.network.set(forwarding: .ipv4, true)
        tell(bench)
        #expect(condition(bench) == Condition(.up))
        #expect(bench.kernel.transactions.isEmpty)
        #expect(bench.engine.revision == 1)
        bench.network.set(forwarding: .ipv4, false)
        // A start finds it as it is.
        let again = bench.restarted()
        #expect(condition(again).state == .degraded)
        #expect(again.kernel.transactions.isEmpty)
    }

    @Test("Backends on the balancer itself need no forwarding")
    func local() throws {
        let bench = EngineBench()
        bench.network.set("eth0", 1)
        bench.network.set(forwarding: .ipv4, false)
        bench.apply(Sample.farm("web", backends: 1))
        #expect(condition(bench).state == .degraded)
        bench.network.set(address: .v4(0x0a01_0001), at: 1)
        tell(bench)
        #expect(condition(bench) == Condition(.up))
        bench.apply(.object(Sample.backend("web", "b0", "127.0.0.9")))
        #expect(condition(bench) == Condition(.up))
    }

    @Test("A network that cannot be read is said, and changes are made all the same")
    func unseen() throws {
        let bench = EngineBench()
        bench.network.failure = KernelFailure(kind: .refused(errno: 1), message: "operation not permitted")
        #expect(bench.apply(Sample.farm("web", backends: 2)).isSuccess)
        #expect(bench.observer.notices.contains { if case .networkUnseen = $0 { true } else { false } })
        #expect(condition(bench) == Condition(.up))
        bench.network.failure = nil
        bench.network.set(forwarding: .ipv4, false)
        bench.apply(.object(Sample.weight("web", "b0", 3)))
        #expect(condition(bench).state == .degraded)
    }
}

@Suite("Farms at ingress follow the network")
struct IngressFactsTests {
    private static let ways = (0..<3).map { IPAddress.v4(0x0a01_0001 + UInt32($0)) }

    private static func place(_ index: Int, _ interface: UInt32 = 2) -> NeighbourPlace {
        NeighbourPlace(interface: interface, address: ways[index])
    }

    private static func mac(_ number: Int) -> MACAddress { try! MACAddress("02:00:00:00:01:0\(number)") }

    /// A bench with an interface for clients and one for backends.
    private func bench() -> EngineBench {
        let bench = EngineBench()
        bench.network.set("eth0", 1, mac: "02:00:00:00:00:01")
        bench.network.set("eth1", 2, mac: "02:00:00:00:00:02")
        for address in Self.ways { bench.network.routes[address] = .over(interface: 2, gateway: nil) }
        return bench
    }

    private static var farm: JSONValue {
        var farm = Sample.farmObject("web", backends: 3, address: "192.0.2.1").object!
        farm["mode"] = "dsr"
        return ["farms": [.object(farm)]]
    }

    private func conditions(_ bench: EngineBench) -> [Condition.State] {
        bench.engine.condition(of: bench.engine.configuration.farms[Sample.name("web")]!).backends.map(\.state)
    }

    private func tell(_ bench: EngineBench) {
        bench.scheduler.run()
        bench.scheduler.advance(milliseconds: 10)
        bench.scheduler.run()
    }

    private func slots(_ bench: EngineBench) -> Int {
        bench.kernel.ruleset.elements(of: SetReference(family: .netdev, name: "slots4"))?.count ?? 0
    }

    @Test("A start that finds all as it was tells nothing, and no state begins anew; what has changed is told")
    func start() throws {
        let bench = bench()
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        #expect(bench.apply(Self.farm).isSuccess)
        tell(bench)
        bench.scheduler.wallClock += 100
        bench.apply(.object(Sample.weight("web", "b0", 2)))
        let moments = try MomentTests.moments(bench)
        #expect(conditions(bench) == [.up, .up, .up] && moments.farm.since < bench.scheduler.wallClock)
        let same = bench.restarted()
        tell(same)
        #expect(conditions(same) == [.up, .up, .up])
        #expect(try MomentTests.moments(same) == moments && MomentTests.states(same).isEmpty)
        bench.network.set(.failed, at: Self.place(1))
        let other = bench.restarted()
        tell(other)
        #expect(conditions(other) == [.up, .down, .up])
        #expect(MomentTests.states(other).map(\.before) == [.up, .up])
        #expect(try MomentTests.moments(other).backends[0] == moments.backends[0])
        #expect(try MomentTests.moments(other).backends[1].since == other.scheduler.wallClock)
    }

    @Test("Unknown, resolved, moved, failed: elements and conditions follow; no revision, no row")
    func life() throws {
        let bench = bench()
        #expect(bench.apply(Self.farm).isSuccess)
        #expect(conditions(bench) == [.down, .down, .down])
        #expect(slots(bench) == 0, "nobody is sent to an address of zeros")
        #expect(Set(bench.network.probes) == Set((0..<3).map { Self.place($0) }))
        let stored = bench.store.durable.objects
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        tell(bench)
        #expect(conditions(bench) == [.up, .up, .up])
        #expect(slots(bench) > 0)
        bench.kernel.forgetHistory()
        bench.network.set(.answered(Self.mac(7), isFresh: false), at: Self.place(1))
        tell(bench)
        #expect(bench.kernel.transactions.count == 1)
        #expect(bench.kernel.transactions[0].steps.allSatisfy { $0.list.count == 1 }, "one backend's frame header")
        #expect(bench.kernel.scripts.isEmpty)
        bench.network.set(.failed, at: Self.place(1))
        tell(bench)
        #expect(conditions(bench) == [.up, .down, .up])
        #expect(bench.engine.revision == 1)
        #expect(bench.store.durable.objects == stored)
        bench.settle()
        let again = bench.restarted()
        #expect(again.kernel.generationNumber == 1, "a start finds nothing to do")
    }

    @Test("Neighbours that are known serve with the change that declares them")
    func known() throws {
        let bench = bench()
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        bench.apply(Self.farm)
        #expect(conditions(bench) == [.up, .up, .up])
        #expect(bench.kernel.transactions.count == 1)
    }

    @Test("News about others compile no farm; a farm that goes leaves nothing to be followed")
    func others() throws {
        let bench = bench()
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        bench.apply(Self.farm)
        bench.kernel.forgetHistory()
        bench.network.set(.answered(Self.mac(8), isFresh: true), at: NeighbourPlace(interface: 2, address: .v4(9)))
        bench.network.set(address: .v4(77), at: 1)
        tell(bench)
        #expect(bench.kernel.transactions.isEmpty)
        bench.apply([.delete(try ObjectPath(parsing: "/farms/web"))])
        #expect(bench.network.followed == [])
        #expect(bench.engine.facts == NetworkFacts())
    }

    @Test("A kernel that refuses leaves all as it was, and it is tried again")
    func refused() throws {
        let bench = bench()
        bench.apply(Self.farm)
        bench.kernel.refuse = { _ in KernelFailure(kind: .refused(errno: 12), message: "no memory") }
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        tell(bench)
        #expect(conditions(bench) == [.down, .down, .down])
        bench.kernel.refuse = { _ in nil }
        bench.scheduler.advance(milliseconds: 1100)
        bench.scheduler.run()
        #expect(conditions(bench) == [.up, .up, .up])
        bench.expectConsistent()
    }

    @Test("What is told while a start compares is not lost")
    func duringStart() throws {
        let bench = bench()
        bench.apply(Self.farm)
        bench.settle()
        for index in 0..<3 { bench.network.answers[Self.place(index)] = Self.mac(index) }
        let again = bench.restarted()
        tell(again)
        #expect(conditions(again) == [.up, .up, .up])
        again.expectConsistent()
    }

    @Test("An interface goes and comes back with another number")
    func interface() throws {
        let bench = bench()
        for index in 0..<3 { bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index)) }
        bench.apply(Self.farm)
        bench.network.remove("eth1")
        for address in Self.ways { bench.network.routes[address] = HostRoute.none }
        tell(bench)
        #expect(conditions(bench) == [.down, .down, .down])
        bench.network.set("eth1", 9, mac: "02:00:00:00:00:02")
        for (index, address) in Self.ways.enumerated() {
            bench.network.set(route: .over(interface: 9, gateway: nil), to: address)
            bench.network.set(.answered(Self.mac(index), isFresh: true), at: Self.place(index, 9))
        }
        tell(bench)
        #expect(conditions(bench) == [.up, .up, .up])
        #expect(bench.engine.revision == 1)
    }
}

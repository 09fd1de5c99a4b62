// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Mixed farms under load while everything about them changes, fifty times a second. `SOAK_SECONDS` makes it longer
/// (`make soak`), `SOAK_SEED` repeats one.
@Suite("Soak", .requiresKernel, .serialized)
struct SoakTests {
    static let seconds = Double(ProcessInfo.processInfo.environment["SOAK_SECONDS"] ?? "") ?? 30
    static let seed =
        UInt64(ProcessInfo.processInfo.environment["SOAK_SEED"] ?? "") ?? UInt64.random(in: 1...1_000_000)
    static let rate = 50.0

    @Test("No connection fails, none that is established breaks, and the kernel is what the store says")
    func soak() throws {
        let lab = try IngressTests.lab()
        let daemon = try Daemon(on: lab)
        var changes = SoakChanges(seed: Self.seed)
        try daemon.apply(farms: changes.farms)
        for kind in SoakChanges.kinds { try daemon.expect(kind.name, "up") }
        let services = changes.services
        let tcp = LoadLoop(lab.topology, .tcp, services, pause: 1000)
        let udp = LoadLoop(lab.topology, .udp, changes.translated, clients: 1, pause: 1000)
        let held = try services.flatMap { service in
            [try lab.hold(service), try lab.hold(service)]
        }
        let remote = try daemon.remote()
        let start = Date()
        var count = 0
        while Date().timeIntervalSince(start) < Self.seconds {
            let change = changes.next()
            do {
                try remote.call("configuration.apply", ["changes": [change]])
            } catch {
                Issue.record("seed \(Self.seed), change \(count): \(error) of \(change)")
            }
            count += 1
            if count.isMultiple(of: 50) {
                for connection in held { connection.expectAlive("seed \(Self.seed), change \(count)") }
            }
            let due = start.addingTimeInterval(Double(count) / Self.rate)
            Thread.sleep(forTimeInterval: max(0, due.timeIntervalSinceNow))
        }
        tcp.expectNoFailure()
        udp.expectNoFailure()
        for connection in held { connection.expectAlive("seed \(Self.seed), at the end") }
        // Machines are shared: fifty a second are asked for, and a tenth of them is a soak still.
        #expect(Double(count) > Self.seconds * Self.rate / 10, "\(count) changes")
        print(
            "soak: \(count) changes, \(tcp.result.total) tcp and \(udp.result.total) udp conversations, seed \(Self.seed)"
        )

        // What is swept later has been; then all that the daemon owns is written anew from the store, and is the same.
        Thread.sleep(forTimeInterval: 0.5)
        let elements = try lab.balancer.elements()
        daemon.kill()
        try lab.balancer.nft("flush ruleset")
        try daemon.start()
        var anew = try lab.balancer.elements()
        // Ways to backends have to be found again.
        let deadline = Date(timeIntervalSinceNow: 20)
        while anew != elements, Date() < deadline {
            usleep(100_000)
            anew = try lab.balancer.elements()
        }
        let difference = Set(elements).symmetricDifference(anew).sorted()
        #expect(difference.isEmpty, "seed \(Self.seed): \(difference.prefix(20))")
    }
}

/// Farms of every mode whose first backend always serves, and random changes of everything else.
struct SoakChanges {
    private var random: SeededNumbers
    private var isThere = false

    init(seed: UInt64) { random = SeededNumbers(seed: seed) }

    private static let families = [false, true]

    static func service(_ index: Int, ipv6: Bool) -> Endpoint {
        Endpoint(ipv6 ? "2001:db8::a\(index)" : "192.0.2.10\(index)", 80)
    }

    /// Beside them direct return and stateless translation, in turn and by a hash.
    static let kinds = IngressTests.kinds.filter { ["rr", "hash"].contains($0.scheduler) }

    /// Three farms of two families each, and those at ingress: the load goes to all of them.
    var services: [Endpoint] { translated + Self.kinds.map(\.service) }

    /// Those that take UDP, too.
    var translated: [Endpoint] {
        (1...3).flatMap { index in Self.families.map { Self.service(index, ipv6: $0) } }
    }

    var farms: [Declared.Object] {
        (1...3).map { index in
            let addresses = Self.families.flatMap { ipv6 in
                ["tcp", "udp"].map {
                    Declared.address("\($0)\(ipv6)", at: Self.service(index, ipv6: ipv6), over: $0)
                }
            }
            return [
                "name": "f\(index)", "mode": "snat", "addresses": addresses,
                "backends": Self.families.flatMap { Declared.backends(ipv6: $0) },
            ]
        } + Self.kinds.map { IngressTests.farm($0) }
    }

    /// A change of a farm at ingress.
    private mutating func nextAtIngress() -> Declared.Object {
        let kind = random.pick(Self.kinds)
        let backend: Declared.Object = [
            "name": "b\(2 + random.below(2))\(kind.isIPv6 ? "-6" : "")"
        ]
        let farm: Declared.Object =
            switch random.below(4) {
            case 0, 1: ["backends": [backend.merging(["state": random.pick(["up", "down", "off"])]) { $1 }]]
            case 2: ["backends": [backend.merging(["weight": 1 + random.below(5)]) { $1 }]]
            default: ["persistence": random.pick([[], ["srcip"]])]
            }
        return ["set": ["farms": [farm.merging(["name": kind.name]) { $1 }]]]
    }

    /// One change of one farm that leaves its first backends in service.
    mutating func next() -> Declared.Object {
        let farm = "f\(1 + random.below(3))"
        func set(_ attributes: Declared.Object) -> Declared.Object {
            ["set": ["farms": [attributes.merging(["name": farm]) { $1 }]]]
        }
        func backend(_ attributes: Declared.Object, first: Int = 2) -> Declared.Object {
            let name = "b\(first + random.below(4 - first))" + (random.chance(2) ? "-6" : "")
            return set(["backends": [attributes.merging(["name": name]) { $1 }]])
        }
        switch random.below(24) {
        case 18...23: return nextAtIngress()
        case 0, 1, 2: return backend(["state": random.pick(["up", "down", "off"])])
        case 3, 4: return backend(["weight": 1 + random.below(5)], first: 1)
        case 5: return backend(["priority": 1 + random.below(3)])
        case 6: return set(["scheduler": random.pick(["rr", "weight", "hash", "symhash", "maglev"])])
        case 7:
            return set([
                "sched-param": random.pick([
                    [], ["srcip"], ["srcip", "srcport"], ["srcip", "dstip", "srcport", "dstport", "srcmac"],
                ])
            ])
        case 8, 9:
            return set([
                "persistence": random.pick([[], ["srcip"], ["srcport"], ["srcip", "dstip", "dstport", "srcmac"]]),
                "sessions": [] as [Any],
            ])
        case 10: return set(["persist-ttl": 1 + random.below(60)])
        case 11: return set(["mode": random.pick(["snat", "dnat"])])
        case 12: return set(["source-addr": random.pick(["", Topology.balancerAddress])])
        case 13: return set(["mark": random.pick([0, 0x100_0000, 0x200_0000])])
        case 14: return set(["counters": random.chance(2)])
        case 15: return set(["intra-connect": random.chance(2)])
        case 16:
            // A service beside those under load: a port, a range, all ports. Not all protocols: that takes the backends' ports.
            let ports: [Any] = random.pick([[81], ["1000-2000"], [], [] as [Any]])
            return set([
                "addresses": [
                    [
                        "name": "more", "ip-addr": "198.51.100.\(farm.suffix(1))", "ports": ports,
                        "protocol": random.pick(["tcp", "udp"]),
                    ]
                ]
            ])
        default:
            isThere.toggle()
            if isThere == false { return ["delete": "/farms/other"] }
            return [
                "set": [
                    "farms": [
                        Declared.farm(
                            "other", at: Endpoint("192.0.2.200", 80), scheduler: random.pick(["rr", "maglev"]),
                            backends: Declared.backends(), ["persistence": random.pick([[], ["srcip"]])])
                    ]
                ]
            ]
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same changes for the same seed.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    mutating func chance(_ whole: Int) -> Bool { below(whole) == 0 }

    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

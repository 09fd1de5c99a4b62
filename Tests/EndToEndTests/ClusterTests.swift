// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Balancers that share addresses, with real connections: each client has exactly one, whatever comes and goes.
@Suite("Clusters of balancers", .requiresKernel, .serialized)
struct ClusterTests {
    @Test(
        "Every client is served by exactly one node, of any mode and family; shares follow the weights",
        arguments: ClusterLab.Fabric.allCases)
    func taken(_ fabric: ClusterLab.Fabric) throws {
        let lab = try ClusterLab(["a", "b"], fabric)
        let nodes: [Declared.Object] = [["name": "a"], ["name": "b", "weight": 3]]
        for name in ["a", "b"] { try lab.declare(name, nodes: nodes) }
        let owners = try lab.owners()
        // 120 clients, of which b has three in four: 90, and 19 more or less with one chance in 20,000.
        #expect((71...109).contains(owners.values.count { $0 == "b" }), "\(owners)")
        for (address, owner) in owners {
            // The shared backends are any node's: whose a connection was, the nodes have counted.
            for port in [80, 82] { _ = try lab.hold([address], port: port) }
            let other = owner == "a" ? "b" : "a"
            let service = ClusterLab.service(address, 80)
            for (node, verdict) in [(owner, "balanced"), (other, "elsewhere")] {
                let said = try lab[node].daemon.remote().call(
                    "flow.explain",
                    ["protocol": "tcp", "source": "\(Endpoint(address, 1234))", "destination": "\(service)"])
                #expect(said["verdict"].string == verdict && said["node"].string == owner, "\(address): \(said)")
            }
        }
        for name in ["a", "b"] {
            let statistics = try lab[name].daemon.remote().call("statistics.get")
            for farm in statistics["farms"].array {
                let isIPv6 = farm["name"].string?.hasSuffix("6") ?? false
                let expected = owners.count { $0.value == name && $0.key.contains(":") == isIPv6 }
                #expect(farm["connections"].integer == expected, "\(name): \(farm)")
            }
            let cluster = statistics["clusters"][0]
            #expect(cluster["node"].string == name && cluster["slotsInAll"].integer == 1024)
            let other = owners.count { $0.value != name }
            // A SYN, an ACK and a question at least, at three services.
            #expect((cluster["foreignPackets"].integer ?? 0) >= other * 3 * 3, "\(cluster)")
        }
        let slots = try ["a", "b"].map { try lab.figures($0)["slots"].integer ?? 0 }
        #expect(slots.reduce(0, +) == 1024)
        // The heavier one gets lighter, then it goes: the other has everybody.
        try lab.set("b", ["weight": 1], on: ["a", "b"])
        #expect(try lab.figures("a")["slots"].integer ?? 0 > slots[0])
        try lab.set("b", ["state": "down"], on: ["b", "a"])
        #expect(try Set(lab.owners().values) == ["a"])
    }

    @Test("A node is killed under load: no connection of the others breaks, and they take its clients, each its share")
    func killed() throws {
        let lab = try ClusterLab(["a", "b", "c"], .multicast)
        let nodes: [Declared.Object] = ["a", "b", "c"].map { ["name": $0] }
        for name in ["a", "b", "c"] { try lab.declare(name, nodes: nodes) }
        let before = try lab.owners()
        #expect(Set(before.values) == ["a", "b", "c"])
        let others = before.filter { $0.value != "c" }.keys.sorted()
        let lost = before.filter { $0.value == "c" }.keys.sorted()
        let held = try [80, 81, 82].map { try lab.hold(others, port: $0) }
        let direct = try lab.hold(lost, port: 82)
        let load = ClientLoad(lab, others)
        load.wait(for: 30)

        lab["c"].daemon.kill()
        try lab["c"].namespace.ip("link set lan down")
        load.wait(for: 30)
        // Nobody has its clients until somebody says so.
        #expect(throws: ConversationFailure.self) { try lab.owner(of: lost[0], timeLimit: 500) }
        for name in ["a", "b"] {
            let told = try lab[name].daemon.control("cluster", "set-node", "edge", "c", "state=down")
            #expect(told.status == 0, "\(told)")
        }
        load.wait(for: 30)
        let after = try lab.owners()
        for (address, owner) in before { #expect(owner == "c" || after[address] == owner, "\(address)") }
        let taken = Dictionary(grouping: lost, by: { after[$0]! }).mapValues(\.count)
        // Some forty clients, a coin for each.
        #expect(taken.keys.sorted() == ["a", "b"], "\(taken)")
        #expect(abs(taken["a"]! - taken["b"]!) <= lost.count * 2 / 3, "\(taken)")
        for (_, connection) in held.joined() { connection.expectAlive() }
        // Direct return by a consistent hash remembers nothing: the others choose as the lost one did.
        for (address, connection) in direct { connection.expectAlive("\(address) of the lost node") }
        load.wait(for: 30)
        load.expectNoFailure()

        // It comes back, and has its clients again; nobody else moves.
        try lab.set("c", ["state": "up"], on: ["a", "b"])
        try lab.reconnectFront(of: "c")
        try lab["c"].daemon.start()
        #expect(try lab.owners() == before)
    }

    @Test("A node is added and taken away under load: it takes its share, and nothing moves between the others")
    func added() throws {
        let lab = try ClusterLab(["a", "b", "c"], .multicast)
        let two: [Declared.Object] = [["name": "a"], ["name": "b"]]
        let three = two + [["name": "c"]]
        for name in ["a", "b"] { try lab.declare(name, nodes: two) }
        let before = try lab.owners()
        #expect(Set(before.values) == ["a", "b"])
        for name in ["a", "b", "c"] { try lab.declare(name, nodes: three) }
        let after = try lab.owners()
        for (address, owner) in after { #expect(owner == "c" || owner == before[address], "\(address)") }
        // A third of 120 clients, and 20 more or less with one chance in 10,000.
        #expect((20...60).contains(after.values.count { $0 == "c" }), "\(after)")

        let staying = after.filter { $0.value != "c" }.keys.sorted()
        let held = try [80, 81, 82].map { try lab.hold(staying, port: $0) }
        let load = ClientLoad(lab, staying)
        for _ in 0..<2 {
            load.wait(for: 20)
            try lab.set("c", ["state": "down"], on: ["c"])
            for name in ["a", "b"] { try lab[name].daemon.delete("/clusters/edge/nodes/c") }
            load.wait(for: 20)
            #expect(try lab.owners() == before)
            for name in ["a", "b"] { try lab.declare(name, nodes: three) }
            try lab.set("c", ["state": "up"], on: ["c"])
            load.wait(for: 20)
            #expect(try lab.owners() == after)
        }
        load.expectNoFailure()
        for (_, connection) in held.joined() { connection.expectAlive() }
    }

    @Test("What others spoil is repaired; a start changes nothing; an interface that comes back has its chain again")
    func repaired() throws {
        let lab = try ClusterLab(["a", "b"], .multicast)
        let nodes: [Declared.Object] = [["name": "a"], ["name": "b"]]
        for name in ["a", "b"] { try lab.declare(name, nodes: nodes) }
        let before = try lab.owners()
        let space = lab["a"].namespace
        let elements = { try space.check("nft", "list", "set", "netdev", "nftlb", "owned") }
        let owned = try elements()
        try space.nft("flush set netdev nftlb owned\nflush set netdev nftlb cluster-vips4\n")
        try Self.expect("the elements are back") { try elements() == owned }
        #expect(try lab.owners() == before)

        let generation = try space.generation()
        lab["a"].daemon.kill()
        try lab["a"].daemon.start()
        #expect(try space.generation() == generation)

        try space.ip("link delete lan")
        try Self.expect("the chain goes with its interface") { try !Self.ruleset(space).contains("cluster-lan") }
        try lab.plugFront(space, "a", 0)
        try Self.expect("the chain is back") { try Self.ruleset(space).contains("cluster-lan") }
        #expect(try lab.owners() == before)

        // Without a cluster nothing of it stands, and each serves whoever comes.
        let revision = try lab["a"].daemon.delete("/clusters/edge")
        try Self.expect("nothing is left") { try !Self.ruleset(space).contains("cluster") }
        // Taken back, all of it is there again.
        let history = try lab["a"].daemon.control("config", "rollback", "\(revision - 1)")
        #expect(history.status == 0, "\(history)")
        #expect(try elements() == owned)
        #expect(try lab.owners() == before)
    }

    private static func ruleset(_ space: NetworkNamespace) throws -> String {
        try space.check("nft", "list", "table", "netdev", "nftlb")
    }

    private static func expect(
        _ comment: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
    ) throws {
        // What nobody uses is taken away after a minute, in steps.
        let deadline = Date(timeIntervalSinceNow: 300)
        while try !condition() {
            guard Date() < deadline else {
                Issue.record("not within five minutes: \(comment)", sourceLocation: sourceLocation)
                return
            }
            usleep(20_000)
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What was changed, by whom, and the way back: with the daemon, the command line, packets and restarts.
@Suite("History and rollback", .requiresKernel, .serialized)
struct HistoryTests {
    static let service = Endpoint("192.0.2.1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "web", at: service, backends: Declared.backends(), ["persistence": ["srcip"], "persist-ttl": 300])
        ])
        return (lab, daemon)
    }

    private func get(_ daemon: Daemon) throws -> String {
        try daemon.control("config", "get", "--output", "json").out
    }

    @Test("Every change is listed with who, when and why; what each one did is shown, also after a restart")
    func history() throws {
        let (_, daemon) = try Self.start()
        #expect(
            try daemon.control("backend", "set", "web", "b1", "weight=5", "--comment", "b1 is stronger").status == 0)
        #expect(try daemon.control("backend", "delete", "web", "b2").status == 0)
        let before = Int(Date().timeIntervalSince1970)
        daemon.kill()
        try daemon.start()
        let list = try Reply(json: daemon.control("config", "history", "-o", "json").out).array
        #expect(list.map { $0["revision"].integer } == [3, 2, 1])
        #expect(list.map { $0["comment"].string } == [nil, "b1 is stronger", nil])
        #expect(list.allSatisfy { $0["user"].integer == 0 && $0["origin"].string == "rpc" })
        #expect(list.allSatisfy { abs(($0["time"].integer ?? 0) - before) < 60 && $0["objects"].integer == 1 })
        #expect(try Reply(json: daemon.control("config", "history", "-o", "json", "--limit", "1").out).array.count == 1)
        let table = try daemon.control("config", "history").out
        #expect(table.contains("root") && table.contains("b1 is stronger"), "\(table)")

        let weight = try daemon.control("config", "diff", "1", "2")
        #expect(weight.status == 1 && weight.out == "farm web: backend b1 weight 1 -> 5\n", "\(weight)")
        #expect(try daemon.control("config", "diff", "2", "3").out == "farm web: backend b2 deleted\n")
        #expect(try daemon.control("config", "diff", "3").status == 0)
        #expect(try daemon.control("config", "diff", "2", "2").status == 0)
        #expect(try daemon.control("config", "diff", "1", "9").status > 1)
        let first = try daemon.control("config", "show", "1", "-o", "json")
        #expect(first.status == 0)
        let backends = try Reply(json: first.out)["farms"][0]["backends"].array
        #expect(backends.map { $0["name"].string } == ["b1", "b2", "b3"])
        #expect(try Reply(json: daemon.control("config", "show", "0", "-o", "json").out)["farms"].array.isEmpty)
        #expect(try daemon.control("config", "show", "9").status == 4)
    }

    @Test("Rolled back: the same rules as then, connections and learnt sessions stay, nobody's connection fails")
    func rollback() throws {
        let (lab, daemon) = try Self.start()
        let (declared, elements) = (try get(daemon), try lab.balancer.elements())
        let held = try lab.hold(Self.service)
        let load = lab.load([Self.service], clients: 1)
        try daemon.set("web", "b4", ["ip-addr": Lab.ipv4(1), "port": 8081])
        try daemon.set("web", ["scheduler": "weight"])
        try daemon.remote().call(
            "configuration.apply", ["changes": [["rename": "/farms/web", "to": "shop"]]])
        #expect(try daemon.control("config", "rollback", "1", "--dry-run").out.contains("element ip nftlb"))
        let result = try daemon.control("config", "rollback", "1")
        #expect(result.status == 0 && result.out == "revision 5\n", "\(result.err)")
        #expect(try get(daemon) == declared)
        Thread.sleep(forTimeInterval: 0.5)
        #expect(try Self.withoutStamp(lab.balancer.elements()) == Self.withoutStamp(elements))
        held.expectAlive()
        // Whoever was known is known: to the farm that has had another name meanwhile.
        let again = try lab.hold(Self.service)
        #expect(again.answer.backend == held.answer.backend)
        let sessions = try Reply(json: daemon.control("session", "list", "web", "-o", "json").out).array
        #expect(sessions.contains { $0["client"].string == Topology.clientAddress })
        load.expectNoFailure(atLeast: 20)
        let list = try Reply(json: daemon.control("config", "history", "-o", "json").out).array
        #expect(list.first?["comment"].string == "back to revision 1")

        // And to the empty configuration, and back from there.
        #expect(try daemon.control("config", "rollback", "0").status == 0)
        #expect(try lab.refusal(of: Self.service) != nil)
        #expect(try daemon.control("config", "rollback", "5").status == 0)
        #expect(try lab.spread(3, to: Self.service).values.reduce(0, +) == 3)
        #expect(try daemon.control("config", "rollback", "77").status == 4)
        #expect(try daemon.control("config", "rollback", "5", "--if-revision", "2").status == 7)
        try FailPointTests.expectKernelIsFile(lab, daemon, "after the way back")
    }

    /// The stamp says which revision the kernel has.
    private static func withoutStamp(_ elements: [String]) -> [String] { elements.filter { !$0.contains("stamp") } }
}

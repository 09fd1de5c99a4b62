// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import JSON
import Nftables
import Testing

@testable import BalancerEngine

@Suite("Flow offload")
struct OffloadTests {
    private static let backends = (0..<2).map { IPAddress.v4(0x0a01_0001 + UInt32($0)) }

    private static func farm(_ attributes: JSONObject = ["flow-offload": true]) -> JSONValue {
        var farm = Sample.farmObject("web", backends: 2, address: "192.0.2.1").object!
        for key in attributes.keys { farm[key] = attributes[key] }
        return ["farms": [.object(farm)]]
    }

    private func change(_ attributes: JSONObject) -> JSONValue {
        var farm: JSONObject = ["name": "web"]
        for key in attributes.keys { farm[key] = attributes[key] }
        return ["farms": [.object(farm)]]
    }

    /// Clients at eth0, which has the farm's address, backends at eth1, somebody else at eth2.
    private func bench() -> EngineBench {
        let bench = EngineBench()
        for index in 0..<3 { bench.network.set("eth\(index)", UInt32(index + 1), mac: "02:00:00:00:00:0\(index + 1)") }
        bench.network.set(address: .v4(0xc000_0201), at: 1)
        for address in Self.backends { bench.network.routes[address] = .over(interface: 2, gateway: nil) }
        return bench
    }

    private func tell(_ bench: EngineBench) {
        bench.scheduler.run()
        bench.scheduler.advance(milliseconds: 10)
        bench.scheduler.run()
    }

    private func devices(_ bench: EngineBench) -> [String]? {
        bench.kernel.ruleset.tables[.ip]?.flowTables["flows"]?.devices.sorted()
    }

    private func offloaded(_ bench: EngineBench) -> Int { bench.kernel.elements("offloaded")?.count ?? 0 }

    private func renewals(_ bench: EngineBench) -> Int {
        bench.kernel.scripts.count { script in
            script.operations.contains { if case .deleteFlowTable = $0 { true } else { false } }
        }
    }

    @Test("The flow table has the interfaces of clients and backends, and no neighbour is asked for that")
    func devices() throws {
        let bench = bench()
        #expect(bench.apply(Self.farm()).isSuccess)
        #expect(devices(bench) == ["eth0", "eth1"])
        #expect(offloaded(bench) == 2)
        #expect(bench.network.probes == [])
        #expect(bench.kernel.ruleset.tables[.ip]?.chains["forward"]?.flowTables == ["flows"])
        // Where the address is nobody's, routers send its packets where they please.
        let other = Sample.farmObject("other", backends: 0, address: "192.0.2.9").object!
        var document = other
        document["flow-offload"] = true
        bench.apply(["farms": [.object(document)]])
        #expect(devices(bench) == ["eth0", "eth1", "eth2"])
    }

    @Test("An interface that goes and comes back is in the flow table again; so is one that a route leads to")
    func interfaces() throws {
        let bench = bench()
        bench.apply(Self.farm())
        bench.network.remove("eth1")
        // As Linux does.
        bench.kernel.ruleset.tables[.ip]?.flowTables["flows"]?.devices.remove("eth1")
        for address in Self.backends { bench.network.routes[address] = HostRoute.none }
        tell(bench)
        #expect(devices(bench) == ["eth0"])
        #expect(!bench.observer.notices.contains { if case .leftBehind = $0 { true } else { false } })
        bench.network.set("eth1", 7, mac: "02:00:00:00:00:07")
        for address in Self.backends { bench.network.set(route: .over(interface: 7, gateway: nil), to: address) }
        tell(bench)
        #expect(devices(bench) == ["eth0", "eth1"])
        for address in Self.backends { bench.network.set(route: .over(interface: 3, gateway: nil), to: address) }
        tell(bench)
        #expect(devices(bench) == ["eth0", "eth1", "eth2"])
        // What nobody needs is taken out some time.
        bench.scheduler.advance(milliseconds: 61_000)
        bench.scheduler.run()
        #expect(devices(bench) == ["eth0", "eth2"])
        #expect(bench.engine.revision == 1)
        // A start finds all of it, and writes nothing.
        let again = bench.restarted()
        #expect(again.kernel.scripts.isEmpty && again.kernel.transactions.isEmpty)
        #expect(devices(again) == ["eth0", "eth2"])
    }

    @Test("Switched off nothing is put in any more, and what was in meets the rules again; then all of it goes")
    func off() throws {
        let bench = bench()
        bench.apply(Self.farm())
        bench.kernel.forgetHistory()
        #expect(bench.apply(change(["flow-offload": false])).isSuccess)
        #expect(offloaded(bench) == 0)
        tell(bench)
        #expect(renewals(bench) == 1)
        #expect(devices(bench) == ["eth0", "eth1"])
        for _ in 0..<2 {
            bench.scheduler.advance(milliseconds: 61_000)
            bench.scheduler.run()
        }
        #expect(devices(bench) == nil)
        #expect(bench.kernel.elements("offloaded") == nil)
        #expect(bench.kernel.ruleset.tables[.ip]?.chains["forward"] == nil)
    }

    static let obstacles: [(JSONObject, String)] = [
        (["persistence": ["srcip"]], "persistence"), (["mark": 0x10_0000], "mark"),
        (["tcp-strict": true], "tcp-strict"),
        (["log": ["forward"]], "log"), (["policies": [["name": "list"]]], "policies"), (["mode": "local"], "mode"),
    ]

    @Test(
        "Where rules have something to do with later packets it has no effect, and flows come back",
        arguments: obstacles)
    func obstacle(attributes: JSONObject, name: String) throws {
        let bench = bench()
        bench.apply(["policies": [["name": "list"]]])
        bench.apply(Self.farm())
        bench.kernel.forgetHistory()
        let result = bench.apply(change(attributes))
        #expect(result.isSuccess, "\(result)")
        #expect(offloaded(bench) == 0)
        tell(bench)
        #expect(renewals(bench) == 1)
        #expect(bench.engine.configuration.farms[Sample.name("web")]?.offloadObstacle == name)
    }

    @Test("Policies of an address outside of farms are past nobody")
    func guardedAddress() throws {
        let bench = bench()
        bench.apply(Self.farm())
        bench.kernel.forgetHistory()
        let result = bench.apply([
            "policies": [["name": "list"]],
            "addresses": [
                ["name": "guarded", "ip-addr": "192.0.2.7", "ports": [80], "policies": [["name": "list"]]]
            ],
        ])
        #expect(result.isSuccess, "\(result)")
        tell(bench)
        #expect(bench.kernel.ruleset.tables[.ip]?.chains["forward"]?.flowTables == [])
        #expect(renewals(bench) == 1)
    }

    @Test("A kernel without flow tables refuses the farm by its attribute, and nothing else")
    func unsupported() throws {
        let bench = bench()
        bench.kernel.refuseScript = { script in
            let asks = script.operations.contains { if case .addFlowTable = $0 { true } else { false } }
            return asks ? KernelFailure(kind: .unsupported(.flowOffload), message: "no") : nil
        }
        guard case .failure(let error) = bench.apply(Self.farm()) else {
            Issue.record("accepted")
            return
        }
        #expect(error.kind == .unsupported && error.path?.description == "/farms/web/flow-offload")
        #expect(bench.kernel.ruleset == Ruleset())
        #expect(bench.apply(Self.farm(["flow-offload": false])).isSuccess)
    }

    @Test("Before connections are cut, the flows of their backends come out of the flow table")
    func cut() throws {
        let bench = bench()
        bench.apply(Self.farm(["flow-offload": true, "established-flows": "reset"]))
        bench.kernel.forgetHistory()
        let result = bench.apply(["farms": [["name": "web", "backends": [["name": "b0", "state": "down"]]]]])
        #expect(result.isSuccess, "\(result)")
        #expect(offloaded(bench) == 1)
        bench.review()
        #expect(renewals(bench) == 1)
        #expect(bench.connections.cuts.count == 1)
    }
}

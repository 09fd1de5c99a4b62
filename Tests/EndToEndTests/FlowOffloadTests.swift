// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import TestMachine
import Testing

/// Established flows that bypass the rules, on a kernel that has flow tables. See Guest/offload.sh.
@Suite("Flow offload")
struct FlowOffloadTests {
    @Test(
        "Flows are offloaded in both modes and families, again when an interface is back, and cut by who may cut them",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func offloaded() throws {
        let output = try Guest.run("offload", files: ["offload.json", "offload.py"])
        #expect(output.contains("devices ['eth1', 'eth11'] ['eth1', 'eth11']"), "\(output)")
        for service in ["dnat 4", "dnat 6", "snat 4", "snat 6"] {
            #expect(output.contains("\(service) offloaded\n"), "\(output)")
            #expect(output.contains("\(service) offloaded again\n"), "\(output)")
        }
        #expect(output.contains("past the counters: True"), "\(output)")
        #expect(output.contains("off: goes on, and nothing is offloaded"), "\(output)")
        #expect(output.contains("on: offloaded where it runs"), "\(output)")
        for family in ["4", "6"] {
            #expect(output.contains("dnat \(family) cut by its policy"), "\(output)")
            #expect(output.contains("snat \(family) cut with its backend"), "\(output)")
        }
    }

    @Test("Where the kernel has no flow tables the farm is refused, and nothing else is touched", .requiresKernel)
    func unsupported() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(false)
        try daemon.apply(farms: [Declared.farm("other", at: service, backends: [Declared.backend(1)])])
        let generation = try lab.balancer.generation()
        let offloaded = Declared.farm(
            "f", at: TrafficTests.service(false, 2), backends: [Declared.backend(1)], ["flow-offload": true])
        let isThere =
            (try? lab.client.nft("add table ip t\nadd flowtable ip t f { hook ingress priority 0 ; }\n")) != nil
        let error = try daemon.refusal(of: [offloaded])
        if isThere {
            #expect(error == nil)
        } else {
            #expect(
                error?.kind == "unsupported" && error?.path == "/farms/f/flow-offload", "\(error.debugDescription)")
            #expect(try lab.balancer.generation() == generation)
            let path = try daemon.refusal(of: [["name": "other", "flow-offload": true]])?.path
            #expect(path == "/farms/other/flow-offload")
        }
        #expect(try lab.spread(2, to: service) == ["b1": 2])
        // Others go on to be changed.
        try daemon.set("other", ["est-connlimit": 50])
        #expect(try lab.spread(2, to: service) == ["b1": 2])
    }

    @Test("In a mode in which it has no effect it is stored on every kernel", .requiresKernel)
    func withoutEffect() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let farm = Declared.farm(
            "f", at: TrafficTests.service(false), backends: [Declared.backend(1)],
            ["flow-offload": true, "persistence": ["srcip"]])
        try daemon.apply(farms: [farm])
        #expect(try lab.spread(2, to: TrafficTests.service(false)) == ["b1": 2])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import TestMachine
import Testing

/// A program that sees SYN packets first: a blacklist, on a kernel that has queues. See Guest/queue.sh.
@Suite("Queue")
struct QueueTests {
    @Test(
        "What the program says happens, behind the limits; without it traffic flows",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func blacklist() throws {
        let output = try Guest.run("queue", files: ["queue.json", "queue.py"])
        for family in ["4", "6"] {
            #expect(output.contains("\(family) before: listed=3 other=3"), "\(output)")
            #expect(output.contains("\(family) with: listed=0 other=3"), "\(output)")
            #expect(output.contains("\(family) limited: other=2"), "\(output)")
            #expect(output.contains("\(family) dead: listed=3 other=3"), "\(output)")
        }
    }

    @Test("Where the kernel has no queues the farm is refused, and nothing else is touched", .requiresKernel)
    func unsupported() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(false)
        let other = Declared.farm("other", at: service, backends: [Declared.backend(1)])
        try daemon.apply(farms: [other])
        let generation = try lab.balancer.generation()
        let queued = Declared.farm(
            "f", at: TrafficTests.service(false, 2), backends: [Declared.backend(1)], ["queue": 7])
        let isThere = (try? lab.client.nft("add table ip q\nadd chain ip q c\nadd rule ip q c queue num 3\n")) != nil
        let error = try daemon.refusal(of: [queued])
        if isThere {
            #expect(error == nil)
        } else {
            #expect(error?.kind == "unsupported" && error?.path == "/farms/f/queue", "\(error.debugDescription)")
            #expect(try lab.balancer.generation() == generation)
            #expect(try daemon.refusal(of: [["name": "other", "queue": 7]])?.path == "/farms/other/queue")
        }
        #expect(try lab.spread(2, to: service) == ["b1": 2])
        // Others go on to be changed.
        try daemon.set("other", ["est-connlimit": 50])
        #expect(try lab.spread(2, to: service) == ["b1": 2])
    }
}

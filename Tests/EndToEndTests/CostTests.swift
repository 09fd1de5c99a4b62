// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What one change is in the kernel.
@Suite("Cost of a change", .requiresKernel, .serialized)
struct CostTests {
    @Test("An ordinary change is one commit of elements and nothing else")
    func one() throws {
        let lab = try Lab(backends: 4)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Endpoint("192.0.2.1", 80), backends: Declared.backends(1...3))
        ])
        let changes: [(String, () throws -> Void)] = [
            ("state down", { try daemon.set("f", "b1", ["state": "down"]) }),
            ("state up", { try daemon.set("f", "b1", ["state": "up"]) }),
            ("weight", { try daemon.set("f", "b2", ["weight": 3]) }),
            ("new backend", { try daemon.set("f", "b4", ["ip-addr": Lab.ipv4(4), "port": 8080]) }),
            (
                "new farm",
                {
                    try daemon.apply(farms: [
                        Declared.farm("g", at: Endpoint("192.0.2.2", 80), backends: Declared.backends())
                    ])
                }
            ),
        ]
        let monitor = try lab.balancer.start(["nft", "monitor"])
        usleep(200_000)
        for (name, change) in changes {
            let generation = try lab.balancer.generation()
            try change()
            // A sweep, if there is one, comes after the answer; a change that adds has none.
            #expect(try lab.balancer.generation() == generation + 1, "\(name)")
        }
        usleep(300_000)
        monitor.signal(SIGTERM)
        let seen = monitor.end().out.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let others = seen.filter { !$0.hasPrefix("add element ip nftlb ") && !$0.hasPrefix("delete element ip nftlb ") }
        #expect(others.isEmpty, "\(others.prefix(3))")
        #expect(seen.isEmpty == false)
    }
}

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
        let changes: [() throws -> Void] = [
            { try daemon.set("f", "b1", ["state": "down"]) },
            { try daemon.set("f", "b1", ["state": "up"]) },
            { try daemon.set("f", "b2", ["weight": 3]) },
            { try daemon.set("f", "b4", ["ip-addr": Lab.ipv4(4), "port": 8080]) },
            {
                let farm = Declared.farm("g", at: Endpoint("192.0.2.2", 80), backends: Declared.backends())
                try daemon.apply(farms: [farm])
            },
        ]
        let monitor = try lab.balancer.start(["nft", "monitor"])
        usleep(200_000)
        for change in changes { try change() }
        usleep(300_000)
        monitor.signal(SIGTERM)
        let commits = Self.commits(in: monitor.end().out)
        for line in commits.joined() {
            #expect(
                line.hasPrefix("add element ip nftlb ") || line.hasPrefix("delete element ip nftlb "), "\(line)")
        }
        // What a change leaves out of reach goes with the next one or soon after, in a commit that only deletes.
        let adding = commits.filter { $0.contains { $0.hasPrefix("add") } }
        #expect(adding.count == changes.count)
        #expect(commits.count <= 2 * changes.count)
    }

    /// The lines of each commit: `nft monitor` ends them with the number of the new generation.
    private static func commits(in output: String) -> [[Substring]] {
        var commits: [[Substring]] = [[]]
        for line in output.split(separator: "\n") {
            if line.hasPrefix("# new generation") {
                commits.append([])
            } else {
                commits[commits.count - 1].append(line)
            }
        }
        return commits.filter { !$0.isEmpty }
    }
}

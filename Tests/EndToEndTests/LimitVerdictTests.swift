// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What a hit does: verdict, the beginning of its line, how often that is written. The lines are counted where the kernel
/// writes them; LogTests shows them in the log.
@Suite("What a hit does", .requiresKernel, .serialized)
struct LimitVerdictTests {
    static var limits: Declared.Object {
        ["new-rtlimit": "1/hour", "new-rtlimit-burst": 3, "est-connlimit": 1, "log-rtlimit": "0/second"]
    }

    @Test("Drop, log and accept, alone and together (defects 8.1.4, 8.2.4)", arguments: [false, true])
    func words(ipv6: Bool) throws {
        let scene = try LimitScene(ipv6: ipv6, udp: true)
        let backend = Declared.backend(1, ipv6: ipv6, ["est-connlimit": 1])
        try scene.daemon.apply(farms: [scene.farm("f", 1, Self.limits, backends: [backend])])
        #expect(
            try scene.lines().keys.sorted() == [
                "est-connlimit-f ", "est-connlimit-f-\(backend["name"] ?? "") ", "new-rtlimit-f ",
            ])
        // The first is served; two are over est-connlimit; the rest is over new-rtlimit.
        #expect(try scene.attempts(5) == [true, false, false, false, false])
        #expect(
            try scene.lines() == [
                "est-connlimit-f ": 2, "est-connlimit-f-\(backend["name"] ?? "") ": 0, "new-rtlimit-f ": 2,
            ])
        // Another source is over the limit of the backend.
        #expect(try scene.answered(1, source: 1) == 0)
        #expect(try scene.lines()["est-connlimit-f-\(backend["name"] ?? "") "] == 1)

        // Counted and logged: nobody is refused, and each packet meets all three limits.
        let prefixes: Declared.Object = [
            "new-rtlimit-log-prefix": "KNAME of FNAME, BNAME TYPE: ", "est-connlimit-log-prefix": "",
        ]
        let burst: Declared.Object = ["new-rtlimit-burst": 1]
        try scene.daemon.set("f", prefixes.merging(burst) { $1 }.merging(["verdict": ["log"]]) { $1 })
        #expect(try scene.answered(4) == 4)
        #expect(try scene.limits("f")["new"].integer == 2 + 3)
        let logged = try scene.lines()
        #expect(logged["new-rtlimit of f, BNAME TYPE: "] == 3)
        #expect(logged["est-connlimit-f-\(backend["name"] ?? "") "] == 5)

        // Counted and nothing else.
        let before = try scene.limits("f")
        try scene.daemon.set("f", ["verdict": ["accept"]])
        #expect(try scene.answered(2) == 2)
        #expect(try scene.limits("f")["new"].integer == 2 + (before["new"].integer ?? 0))
        #expect(try scene.lines() == logged, "the lines are there for a minute, and nobody writes them")
        // Dropped without a line.
        try scene.daemon.set("f", ["verdict": ["drop"]])
        #expect(try scene.answered(2) == 0)
        #expect(try scene.lines() == logged)

        // A burst of five lines, then one an hour; each drops.
        try scene.daemon.set("f", ["verdict": ["log", "drop"], "log-rtlimit": "1/hour", "new-rtlimit-burst": 2])
        #expect(try scene.answered(9) == 0)
        #expect(try scene.limits("f")["new"].integer == 2 + (before["new"].integer ?? 0) + 2 + 7)
        #expect(try scene.lines()["new-rtlimit of f, BNAME TYPE: "] == 5)
    }

    @Test("Names of any length and of any characters become lines (defects 8.1.6, 8.1.9, 8.2.4)")
    func names() throws {
        let scene = try LimitScene(ipv6: false, udp: true)
        let names = [
            String(repeating: "x", count: 255), "f; flush ruleset", "ñ $x \\ {", "FNAME", "%s%n", "KNAME-BNAME",
            String(repeating: "FNAME", count: 51),
        ]
        let limit: Declared.Object = ["new-rtlimit": "1/hour", "new-rtlimit-burst": 1]
        try scene.daemon.apply(
            farms: names.enumerated().map { index, name in
                var farm = scene.farm("f", index + 1, limit)
                farm["name"] = name
                farm["new-rtlimit-log-prefix"] = index == 6 ? String(repeating: "FNAME", count: 25) : "<FNAME> "
                return farm
            })
        for index in names.indices { #expect(try scene.answered(2, farm: index + 1) == 1, "\(names[index])") }
        let lines = try scene.lines()
        #expect(lines.count == names.count)
        #expect(lines.values.allSatisfy { $0 == 1 })
        for expected in ["<f; flush ruleset> ", "<?? ?x ? {> ", "<FNAME> ", "<%s%n> ", "<KNAME-BNAME> "] {
            #expect(lines[expected] == 1, "\(expected)")
        }
        #expect(lines.keys.allSatisfy { $0.utf8.count <= 127 })
        #expect(try scene.lab.balancer.tables().contains("ip nftlb"))
        for refused in [String(repeating: "x", count: 128), "a\"b", "a\\b", "$x", "a\nb", "ñ"] {
            let error = try scene.daemon.refusal(of: [["name": "FNAME", "new-rtlimit-log-prefix": refused]])
            #expect(error?.path == "/farms/FNAME/new-rtlimit-log-prefix", "\(refused)")
        }
        #expect(try scene.lines() == lines)
    }
}

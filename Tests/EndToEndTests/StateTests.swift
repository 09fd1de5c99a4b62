// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What was declared, what is the case, why, and since when: apart, for farms and backends.
@Suite("States apart", .requiresKernel, .serialized)
struct StateTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// State, operational state and since when, of the farm and its first backend.
    static func states(_ daemon: Daemon) throws -> [[String]] {
        let farm = try daemon.remote().call("status.get")["farms"][0]
        return [farm, farm["backends"][0]].map { object in
            [
                object["state"].string ?? "", object["operational"].string ?? "", object["reason"].string ?? "",
                "\(object["stateSince"].integer ?? 0)", "\(object["operationalSince"].integer ?? 0)",
            ]
        }
    }

    @Test("Each has its own moment, which a restart leaves as it was")
    func moments() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let begin = Int(Date().timeIntervalSince1970)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends(1...2))])
        sleep(2)
        try daemon.set("f", "b1", ["state": "down"])
        let now = Int(Date().timeIntervalSince1970)
        let states = try Self.states(daemon)
        #expect(states[0][..<2] == ["up", "degraded"] && states[1][..<2] == ["down", "down"])
        let (made, changed) = (try #require(Int(states[0][3])), try #require(Int(states[0][4])))
        #expect((begin...begin + 1).contains(made) && (now - 1...now).contains(changed), "\(states)")
        #expect(states[1][3...] == ["\(changed)", "\(changed)"])
        daemon.kill()
        sleep(1)
        try daemon.start()
        #expect(try Self.states(daemon) == states)
        let table = try daemon.control("status").out
        #expect(table.contains("SINCE") && table.contains("degraded"), "\(table)")
        let lines = table.split(separator: "\n")
        #expect(
            lines.contains { $0.contains("b1") && $0.firstMatch(of: /down +down +[0-9]+s +the backend is down/) != nil }
        )
    }

    @Test("A host that stops to forward makes a farm degraded, with the moment, and that is told")
    func forwarding() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends(1...2))])
        let before = try Self.states(daemon)
        #expect(before[0][1] == "up")
        sleep(2)
        try lab.balancer.check("sysctl", "-qw", "net.ipv4.ip_forward=0")
        let end = Date(timeIntervalSinceNow: 30)
        while try Self.states(daemon)[0][1] != "degraded", Date() < end { usleep(20_000) }
        usleep(100_000)
        let after = try Self.states(daemon)
        #expect(after[0][1] == "degraded" && after[0][2].contains("ip_forward"), "\(after)")
        #expect(after[0][3] == before[0][3])
        #expect(try #require(Int(after[0][4])) > #require(Int(before[0][4])))
    }
}

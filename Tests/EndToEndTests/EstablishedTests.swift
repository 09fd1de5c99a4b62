// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Connections that exist are not touched by any ordinary change.
@Suite("Established connections", .requiresKernel, .serialized)
struct EstablishedTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// The changes, in an order in which each has something to change.
    static let changes: [(name: String, make: @Sendable (Daemon) throws -> Void)] = [
        ("weight", { try $0.set("f", "b1", ["weight": 5]) }),
        ("backend off", { try $0.set("f", "b1", ["state": "off"]) }),
        ("backend down", { try $0.set("f", "b1", ["state": "down"]) }),
        ("backend up", { try $0.set("f", "b1", ["state": "up"]) }),
        ("new backend", { try $0.set("f", "b4", ["ip-addr": Lab.ipv4(4), "port": 8080]) }),
        ("backend's port", { try $0.set("f", "b1", ["port": 8081]) }),
        ("scheduler", { try $0.set("f", ["scheduler": "hash", "sched-param": ["srcip"]]) }),
        ("scheduler back", { try $0.set("f", ["scheduler": "weight", "sched-param": [String]()]) }),
        ("new farm", { try $0.apply(farms: [Declared.farm("g", at: Endpoint("192.0.2.9", 80), backends: [])]) }),
        ("farm gone", { try $0.delete("/farms/g") }),
        ("renamed", { try $0.remote().call("configuration.apply", ["changes": [["rename": "/farms/f", "to": "h"]]]) }),
        (
            "named back",
            { try $0.remote().call("configuration.apply", ["changes": [["rename": "/farms/h", "to": "f"]]]) }
        ),
        ("another port", { try $0.set("f", ["addresses": [["name": "f", "ports": [81]]]]) }),
        ("farm off", { try $0.set("f", ["state": "off"]) }),
        ("farm up", { try $0.set("f", ["state": "up"]) }),
        ("backend deleted", { try $0.delete("/farms/f/backends/b1") }),
        ("farm deleted", { try $0.delete("/farms/f") }),
    ]

    @Test("They live through every change, on TCP and UDP", arguments: ["snat", "dnat"])
    func live(mode: String) throws {
        let lab = try Lab(backends: 4)
        let daemon = try Daemon(on: lab)
        let both = ["tcp", "udp"].map { Declared.address($0, at: Self.service, over: $0) }
        try daemon.apply(farms: [
            ["name": "f", "mode": mode, "addresses": both, "backends": Declared.backends(1...3)]
        ])
        let streams = try (0..<6).map { _ in try lab.hold(Self.service) }
        var datagrams = try (0..<6).map { _ in try lab.hold(Self.service, udp: true) }
        for (name, change) in Self.changes {
            try change(daemon)
            // Datagrams know of no connection: they move away from a backend that is lost (RejudgementTests).
            if name == "backend down" { datagrams.removeAll { $0.answer.backend == "b1" } }
            if name == "farm deleted" { datagrams = [] } else { #expect(datagrams.count >= 3) }
            for one in streams { one.expectAlive("TCP, \(name)") }
            for one in datagrams { one.expectAlive("UDP, \(name)") }
        }
    }

    @Test("They live through the daemon's stop, kill and start")
    func restart() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends())])
        let held = try (0..<6).map { _ in try lab.hold(Self.service) }
        #expect(daemon.stop() == 0)
        for one in held { one.expectAlive() }
        #expect(try lab.spread(6, to: Self.service).count == 3, "rules stay")
        try daemon.start()
        for one in held { one.expectAlive() }
        daemon.kill()
        for one in held { one.expectAlive() }
        try daemon.start()
        for one in held { one.expectAlive() }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// A value that is refused changes nothing: the farm that it was meant for serves on.
@Suite("Refused values", .requiresKernel, .serialized)
struct RefusedValueTests {
    /// What a farm, an address, a backend or a session is given, and where the refusal must point to.
    static var values: [(attributes: Declared.Object, path: String)] {
        let backend = { (more: Declared.Object) -> Declared.Object in
            ["backends": [more.merging(["name": "b1"]) { $1 }]]
        }
        let address = { (more: Declared.Object) -> Declared.Object in
            ["addresses": [more.merging(["name": "f"]) { $1 }]]
        }
        let session = { (client: String) -> Declared.Object in ["sessions": [["client": client, "backend": "b1"]]] }
        let fields = "persistence"
        return [
            (["helper": "tftp"], "/farms/f/helper"), (["helper": "irc"], "/farms/f/helper"),
            (["mode": "tunnel"], "/farms/f/mode"),
            (["new-rtlimit": "-1/second"], "/farms/f/new-rtlimit"),
            (["rst-rtlimit": "1/fortnight"], "/farms/f/rst-rtlimit"),
            (["new-rtlimit": "1/week", "new-rtlimit-burst": 100_000], "/farms/f/new-rtlimit-burst"),
            (["est-connlimit": -1], "/farms/f/est-connlimit"), (["verdict": ["reject"]], "/farms/f/verdict"),
            (backend(["est-connlimit": 4_294_967_296]), "/farms/f/backends/b1/est-connlimit"),
            (["scheduler": "leastconn"], "/farms/f/scheduler"), ([fields: ["srcip", "srcip"]], "/farms/f/persistence"),
            ([fields: ["host"]], "/farms/f/persistence"), (["persist-ttl": -1], "/farms/f/persist-ttl"),
            (["source-addr": "localhost"], "/farms/f/source-addr"),
            (address(["ip-addr": "localhost"]), "/farms/f/addresses/f/ip-addr"),
            (address(["ip-addr": "300.1.1.1"]), "/farms/f/addresses/f/ip-addr"),
            (address(["ip-addr": "192.0.2.1; flush ruleset"]), "/farms/f/addresses/f/ip-addr"),
            (address(["ports": [70000]]), "/farms/f/addresses/f/ports"),
            (address(["ports": ["1-99999999"]]), "/farms/f/addresses/f/ports"),
            (address(["ports": [0, 80]]), "/farms/f/addresses/f/ports"),
            (address(["ports": [-5]]), "/farms/f/addresses/f/ports"),
            (address(["ports": ["abc"]]), "/farms/f/addresses/f/ports"),
            (address(["ports": ["90-80"]]), "/farms/f/addresses/f/ports"),
            (backend(["ip-addr": "example.org"]), "/farms/f/backends/b1/ip-addr"),
            (backend(["port": 65536]), "/farms/f/backends/b1/port"),
            (backend(["weight": 2_147_483_647]), "/farms/f/backends/b1/weight"),
            (backend(["weight": 0]), "/farms/f/backends/b1/weight"),
            (backend(["mark": 0x7fff_ffff]), "/farms/f/backends/b1/mark"),
            (["mark": 0x800_0000], "/farms/f/mark"), (backend(["priority": 0]), "/farms/f/backends/b1/priority"),
            (backend(["state": "config_error"]), "/farms/f/backends/b1/state"),
            (session(String(repeating: "1", count: 300)), "/farms/f/sessions/"),
            (session("fd00::1"), "/farms/f/sessions/"),
            (session("10.0.0.1 . 80"), "/farms/f/sessions/"), (session("host"), "/farms/f/sessions/"),
        ]
    }

    @Test("Each is refused with its place, and the farm serves on (defects 8.1.5, 8.1.10, 8.2.2, 8.2.5, 8.2.7)")
    func refused() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let service = TrafficTests.service(false)
        try daemon.apply(farms: [
            Declared.farm("f", at: service, backends: Declared.backends(1...2), ["persistence": ["srcip"]])
        ])
        let held = try lab.hold(service)
        let generation = try lab.balancer.generation()
        let configuration = try daemon.configuration()
        for (attributes, path) in Self.values {
            let error = try daemon.refusal(of: [attributes.merging(["name": "f"]) { $1 }])
            #expect(error?.path?.hasPrefix(path) == true, "\(attributes): \(error.debugDescription)")
            #expect(["invalid", "unsupported"].contains(error?.kind), "\(attributes): \(error.debugDescription)")
            held.expectAlive()
            #expect(try lab.spread(1, to: service) == [held.answer.backend: 1])
        }
        #expect(try lab.balancer.generation() == generation)
        #expect(try daemon.configuration() == configuration)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces
import Testing

/// An address outside of farms, from the command line to packets.
@Suite("Shared addresses", .requiresKernel, .serialized)
struct SharedAddressTests {
    @Test("A change reaches its farm at once, survives a kill, renames and refusals leave it alone (defect 8.3.3)")
    func life() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let (old, new) = (Endpoint("192.0.2.1", 80), Endpoint("192.0.2.2", 81))
        #expect(try daemon.control("address", "set", "vip", "ip-addr=192.0.2.1", "ports=80").status == 0)
        try daemon.apply(farms: [
            ["name": "web", "addresses": [["name": "vip"]], "backends": Declared.backends(1...1)],
            ["name": "next", "addresses": [["name": "vip"]], "state": "off", "backends": Declared.backends(2...2)],
        ])
        #expect(try lab.spread(5, to: old) == ["b1": 5])
        let held = try lab.hold(old)

        #expect(try daemon.control("address", "set", "vip", "ip-addr=192.0.2.2", "ports=81").status == 0)
        #expect(try lab.spread(5, to: new) == ["b1": 5])
        #expect(try lab.refusal(of: old) != nil)
        held.expectAlive("an established connection does not ask the address again")

        let refused = try daemon.control("address", "delete", "vip")
        #expect(refused.status == 5 && refused.err.contains("\"next\", \"web\""), "\(refused.err)")
        let renaming = #"{"changes": [{"rename": "/addresses/vip", "to": "front"}]}"#
        #expect(try daemon.control("call", "configuration.apply", renaming).status == 0)

        daemon.kill()
        let generation = try lab.balancer.generation()
        try daemon.start()
        #expect(try daemon.control("address", "list", "-o", "name").out == "front\nweb/front\nnext/front\n")
        #expect(try lab.balancer.generation() == generation, "a start on an unchanged kernel wrote")

        // The other farm takes over in one change.
        try daemon.apply(farms: [["name": "web", "state": "off"], ["name": "next", "state": "up"]])
        #expect(try lab.spread(5, to: new) == ["b2": 5])
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// The clients of the C program, through the bridge to packets.
@Suite("nftlb-http", .requiresKernel, .serialized)
struct BridgeTests {
    static let success = #"{"response": "success"}"#
    static let service = Endpoint("192.0.2.8", 8080)

    private static func start() throws -> (Lab, Daemon, Bridge) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        return (lab, daemon, try Bridge(before: daemon))
    }

    @Test("kube-nftlb: a service and its pods carry traffic; one pod goes, an update deletes first, the service goes")
    func kubernetes() throws {
        let (lab, _, bridge) = try Self.start()
        for body in [ClientTests.kubeService, ClientTests.kubePods] {
            let answer = try bridge.ask("POST", "/farms", body)
            #expect(answer == ("200", Self.success))
        }
        #expect(Set(try lab.spread(20, to: Self.service).keys) == ["b1", "b2"])
        #expect(try bridge.ask("DELETE", "/farms/svc--http/backends/pod-0--http").status == "200")
        #expect(try lab.spread(20, to: Self.service) == ["b2": 20])
        // An update deletes everything, the address too, which went with its farm.
        #expect(try bridge.ask("DELETE", "/farms/svc--http").status == "200")
        #expect(try lab.refusal(of: Self.service) != nil)
        #expect(try bridge.ask("DELETE", "/addresses/svc--http--address").status == "404")
        for body in [ClientTests.kubeService, ClientTests.kubePods] {
            #expect(try bridge.ask("POST", "/farms", body).status == "200")
        }
        #expect(Set(try lab.spread(20, to: Self.service).keys) == ["b1", "b2"])
    }

    /// A farm as adc-loadbalancer writes it.
    static let farm = """
        {"farms": [{"name": "F", "virtual-addr": "192.0.2.8", "virtual-ports": "8080", "mode": "snat", "protocol": "tcp",
        "scheduler": "weight", "persistence": "srcip", "persist-ttl": "125", "state": "up", "backends": [
        {"name": "bck0", "ip-addr": "\(Lab.ipv4(1))", "port": "8080", "state": "up"},
        {"name": "bck1", "ip-addr": "\(Lab.ipv4(2))", "port": "8080", "state": "up"}]}]}
        """

    private static func put(_ backend: String, _ state: String) -> String {
        #"{"farms" : [ { "name" : "F", "backends" : [ { "name" : "\#(backend)", "state" : "\#(state)" } ] } ] }"#
    }

    @Test("adc-loadbalancer: states of backends, sessions with what is left of them, the saved farm posted again")
    func adc() throws {
        let (lab, _, bridge) = try Self.start()
        #expect(try bridge.ask("POST", "/farms", Self.farm) == ("200", Self.success))
        let held = try lab.hold(Self.service)
        let sticky = held.answer.backend
        let (own, other) = sticky == "b1" ? ("bck0", "bck1") : ("bck1", "bck0")
        #expect(try lab.spread(5, to: Self.service) == [sticky: 5])
        let sessions = try bridge.ask("GET", "/farms/F/sessions").body
        let pattern =
            #/\{\n {8}"sessions": \[\n {16}\{\n {24}"client": "10\.9\.1\.2",\n {24}"backend": "(\w+)",\n {24}"expiration": "(1m|2m)?([0-9]+s)?([0-9]+ms)?"\n {16}\}\n {8}\]\n\}/#
        #expect(sessions.wholeMatch(of: pattern).map { String($0.1) } == own, "\(sessions)")

        // In maintenance it keeps whom it has; down, it gets nobody new, and what is established goes on.
        #expect(try bridge.ask("PUT", "/farms", Self.put(own, "off")).status == "200")
        #expect(try lab.spread(5, to: Self.service) == [sticky: 5])
        #expect(try bridge.ask("PUT", "/farms", Self.put(own, "down")).status == "200")
        let rest = sticky == "b1" ? "b2" : "b1"
        #expect(try lab.spread(5, to: Self.service) == [rest: 5])
        held.expectAlive()
        #expect(try bridge.ask("PUT", "/farms", Self.put(own, "up")).status == "200")
        #expect(try lab.spread(5, to: Self.service) == [rest: 5])

        #expect(try bridge.ask("DELETE", "/farms/F/sessions/10.9.1.2").status == "200")
        #expect(try bridge.ask("GET", "/farms/F/sessions").body == "{\n        \"sessions\": []\n}")
        _ = try lab.spread(1, to: Self.service)
        #expect(try bridge.ask("DELETE", "/farms/F/backends/\(other)/sessions").status == "200")
        #expect(try bridge.ask("DELETE", "/farms/F/backends/\(own)/sessions").status == "200")
        #expect(try bridge.ask("GET", "/farms/F/sessions").body == "{\n        \"sessions\": []\n}")

        let saved = try bridge.ask("GET", "/farms/F").body
        #expect(try bridge.ask("DELETE", "/farms/F").status == "200")
        #expect(try lab.refusal(of: Self.service) != nil)
        #expect(try bridge.ask("POST", "/farms", saved) == ("200", Self.success))
        #expect(try bridge.ask("GET", "/farms/F").body == saved)
        #expect(try lab.spread(5, to: Self.service).values.reduce(0, +) == 5)
    }

    @Test("While the daemon restarts, traffic goes on and requests wait for it; none is answered wrongly")
    func restart() throws {
        let (lab, daemon, bridge) = try Self.start()
        #expect(try bridge.ask("POST", "/farms", Self.farm).status == "200")
        let load = lab.load([Self.service])
        for round in 0..<4 {
            if round.isMultiple(of: 2) { daemon.stop() } else { daemon.kill() }
            try daemon.launch()
            #expect(
                try bridge.ask("PUT", "/farms", Self.put("bck0", round.isMultiple(of: 2) ? "off" : "up")).status
                    == "200")
            let farm = try bridge.ask("GET", "/farms/F")
            #expect(farm.status == "200")
            #expect(farm.body.contains(#""state": "\#(round.isMultiple(of: 2) ? "off" : "up")""#))
        }
        load.expectNoFailure()
    }
}

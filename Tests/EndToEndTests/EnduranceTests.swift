// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// A thousand established connections and as many new ones as the machine makes, while the daemon goes away in every way and
/// comes back.
@Suite("A daemon that goes away under load", .requiresKernel, .serialized)
struct EnduranceTests {
    static let service = Endpoint("192.0.2.1", 80)

    @Test(
        "Stop, kill -9, SIGSTOP: no connection fails, none of a thousand breaks, no session is lost, callers are answered"
    )
    func away() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, backends: Declared.backends(), ["persistence": ["srcip", "srcport"]])
        ])
        let held = try (0..<1_000).map { _ in try lab.hold(Self.service) }
        let sessions = try daemon.remote().call("sessions.list", ["farm": "f"])["sessions"].array.count
        #expect(sessions >= 1_000)
        let load = lab.load([Self.service], clients: 3)
        let start = Date()
        for round in 0..<2 {
            load.wait(for: 200)
            #expect(daemon.stop() == 0)
            load.wait(for: 200)
            try daemon.start()
            load.wait(for: 200)
            daemon.kill()
            load.wait(for: 200)
            try daemon.start()

            // Whoever calls a daemon that hangs waits, and is answered.
            daemon.process?.signal(SIGSTOP)
            let caller = try daemon.remote()
            _ = try caller.send("service.info", [String: Any]())
            load.wait(for: 200)
            daemon.process?.signal(SIGCONT)
            #expect(try caller.receive()["result"]["version"].isMissing == false, "round \(round)")
        }
        let seconds = Date().timeIntervalSince(start)
        let result = load.expectNoFailure()
        for one in held { one.expectAlive() }
        let left = try daemon.remote().call("sessions.list", ["farm": "f"])["sessions"].array.count
        #expect(left >= sessions)
        print(
            "endurance: \(result.total) new connections, \(Int(Double(result.total) / seconds)) a second, beside 1,000")
    }
}

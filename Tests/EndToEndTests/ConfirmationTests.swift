// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// `config apply --confirm`: what nobody confirms is taken back, whoever is killed meanwhile.
@Suite("Confirm or revert", .requiresKernel)
struct ConfirmationTests {
    static let service = Endpoint("192.0.2.1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("web", at: service, backends: Declared.backends())])
        return (lab, daemon)
    }

    /// Two of three backends go down.
    static let change =
        #"{"farms":[{"name":"web","backends":[{"name":"b1","state":"down"},{"name":"b2","state":"down"}]}]}"#

    private func apply(_ daemon: Daemon, _ time: String) throws -> Output {
        try daemon.control("config", "apply", "-f", "-", "--confirm", time, input: Self.change)
    }

    /// Waits until the configuration is this; gives the seconds.
    private func wait(for configuration: String, of daemon: Daemon, within seconds: Double = 60) throws -> Double {
        let start = Date()
        while try daemon.configuration() != configuration {
            guard Date().timeIntervalSince(start) < seconds else {
                throw Unexpected(text: "not taken back: \(daemon.log)")
            }
            usleep(20_000)
        }
        return Date().timeIntervalSince(start)
    }

    @Test("Applied at once, for packets too; a second change is refused with the reason; taken back in time")
    func reverted() throws {
        let (lab, daemon) = try Self.start()
        let before = try daemon.configuration()
        let load = lab.load([Self.service], clients: 1)
        let applied = try apply(daemon, "4s")
        #expect(applied.status == 0 && applied.out == "revision 2\n", "\(applied.err)")
        #expect(applied.err.contains("taken back in 4s unless"))
        #expect(try lab.spread(12, to: Self.service) == ["b3": 12])
        let second = try daemon.control("backend", "set", "web", "b3", "weight=9")
        #expect(second.status == 7 && second.err.contains("revision 2 waits for its confirmation"), "\(second.err)")
        #expect(second.err.contains("go back to revision 1"))
        let error = try daemon.refusal(of: [["name": "web", "scheduler": "weight"]])
        #expect(error?.kind == "conflict")
        #expect(try daemon.control("backend", "set", "web", "b3", "weight=9", "--dry-run").status == 0)
        let status = try Reply(json: daemon.control("status", "-o", "json").out)
        #expect(status["confirmation"]["revision"].integer == 2 && status["confirmation"]["base"].integer == 1)
        #expect(try daemon.control("status").out.contains("revision 2 is taken back in"))
        _ = try wait(for: before, of: daemon)
        #expect(Set(try lab.spread(12, to: Self.service).keys) == ["b1", "b2", "b3"])
        load.expectNoFailure(atLeast: 10)
        let newest = try Reply(json: daemon.control("config", "history", "-o", "json").out)[0]
        #expect(newest["origin"].string == "confirmation" && newest["revision"].integer == 3)
        #expect(newest["comment"].string == "revision 2 was not confirmed within 4 s")
        #expect(try daemon.control("config", "confirm").status == 4)
        #expect(try daemon.control("backend", "set", "web", "b3", "weight=9").status == 0)
    }

    @Test("Confirmed, it stays, also over a kill; the way back is another way out")
    func confirmed() throws {
        let (lab, daemon) = try Self.start()
        let before = try daemon.configuration()
        _ = try apply(daemon, "2s")
        let changed = try daemon.configuration()
        #expect(try daemon.control("config", "confirm", "1").status == 7)
        let confirmed = try daemon.control("config", "confirm")
        #expect(confirmed.status == 0 && confirmed.out == "revision 2\n")
        daemon.kill()
        try daemon.start()
        Thread.sleep(forTimeInterval: 2.5)
        #expect(try daemon.configuration() == changed)
        #expect(try lab.spread(12, to: Self.service) == ["b3": 12])

        #expect(try daemon.control("config", "rollback", "1", "--confirm", "60").status == 0)
        #expect(try daemon.configuration() == before)
        #expect(try daemon.control("config", "rollback", "2").status == 0)
        #expect(try daemon.configuration() == changed)
        #expect(try daemon.control("config", "confirm").status == 4)
        #expect(try daemon.control("config", "apply", "-f", "-", "--confirm", "25h", input: Self.change).status == 2)
    }

    @Test("The machine restarts inside the window: what waited is taken back before anybody is served")
    func machine() throws {
        let (lab, daemon) = try Self.start()
        let before = try daemon.configuration()
        _ = try apply(daemon, "1s")
        daemon.kill()
        Thread.sleep(forTimeInterval: 1.5)
        // The kernel of after a restart: none of our tables.
        try lab.balancer.nft("flush ruleset")
        try daemon.start()
        #expect(try daemon.configuration() == before)
        #expect(Set(try lab.spread(12, to: Self.service).keys) == ["b1", "b2", "b3"])
        try FailPointTests.expectKernelIsFile(lab, daemon, "taken back at the start")
    }

    @Test("A file that has changed comes after what waits for its confirmation, and keeps nobody from starting")
    func file() throws {
        let (lab, daemon) = try Self.start()
        func write(_ weight: Int) throws -> String {
            let backends = Declared.backends(1...2) + [Declared.backend(3, ["weight": weight])]
            let farm = Declared.farm("web", at: Self.service, backends: backends)
            return try StartTests.file(lab, StartTests.document([farm]))
        }
        daemon.stop()
        try daemon.start(["--configuration", write(2)])
        _ = try apply(daemon, "3s")
        daemon.stop()
        try daemon.start(["--configuration", write(5)])
        #expect(daemon.log.contains("applied once the change is confirmed or taken back"), "\(daemon.log)")
        #expect(try lab.spread(3, to: Self.service) == ["b3": 3])
        try daemon.waitUntil {
            let farm = try daemon.remote().call("configuration.get")["configuration"]["farms"][0]
            return farm["backends"][2]["weight"].integer == 5
        }
        let history = try Reply(json: daemon.control("config", "history", "-o", "json").out).array
        #expect(history.prefix(2).map { $0["origin"].string } == ["configuration", "confirmation"])
        #expect(Set(try lab.spread(12, to: Self.service).keys) == ["b1", "b2", "b3"])
    }

    /// A hundred kills, a quarter of them at a time: `seed` is the place.
    @Test(
        "Killed inside the window, again and again: never is anything else left than what was confirmed",
        arguments: 0..<4)
    func killed(place: Int) throws {
        var random = SeededNumbers(seed: UInt64(place) + 1)
        let (lab, daemon) = try Self.start()
        var expected = try daemon.configuration()
        var weight = 1
        for round in 0..<25 {
            weight += 1
            let isConfirmed = random.below(5) == 0
            let document = #"{"farms":[{"name":"web","backends":[{"name":"b1","weight":\#(weight)}]}]}"#
            let isAnswered = random.below(4) > 0
            if isAnswered {
                let applied = try daemon.control("config", "apply", "-f", "-", "--confirm", "1s", input: document)
                #expect(applied.status == 0, "\(round): \(applied.err)")
                if isConfirmed, try daemon.control("config", "confirm").status == 0 {
                    expected = try daemon.configuration()
                } else {
                    usleep(UInt32(random.below(900_000)))
                }
            } else {
                // Somewhere between the request and its answer.
                let change: [String: Any] = [
                    "configuration": try JSONSerialization.jsonObject(with: Data(document.utf8)), "confirmWithin": 1,
                ]
                _ = try daemon.remote().send("configuration.apply", change)
                usleep(UInt32(random.below(6_000)))
            }
            daemon.kill()
            if random.below(3) == 0 { usleep(UInt32(random.below(1_200_000))) }
            try daemon.start()
            _ = try wait(for: expected, of: daemon)
            #expect(try Reply(daemon.remote().call("status.get").value)["confirmation"].isMissing, "\(round)")
        }
        try FailPointTests.expectKernelIsFile(lab, daemon, "after \(25) kills")
    }
}

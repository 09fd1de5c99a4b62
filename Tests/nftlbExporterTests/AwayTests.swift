// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import InMemoryDaemon
import JSON
import NIOCore
import ScriptedServer
import Testing

@testable import nftlb_exporter

@Suite("A daemon that is away", .timeLimit(.minutes(5)))
struct AwayTests {
    @Test("nftlb_up is 0 at once, with status 200 and without anybody's farms; it is 1 as soon as the daemon is back")
    func away() async throws {
        let daemon = try InMemoryDaemon()
        let path = daemon.path
        let bench = try await Bench(socket: path)
        #expect(try await bench.value("nftlb_up") == "1")
        daemon.stop()
        let clock = ContinuousClock()
        let start = clock.now
        let text = try await bench.curl(
            "/metrics", "-i", "-m", "200", "-H", "X-Prometheus-Scrape-Timeout-Seconds: 200")
        // Not the time that a daemon that says nothing is given; a loaded machine may need long for anything.
        #expect(clock.now - start < .seconds(100))
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.value(of: "nftlb_up") == "0")
        #expect(!text.contains("nftlb_state"))
        let again = try InMemoryDaemon(path: path)
        #expect(try await bench.value("nftlb_up") == "1")
        again.stop()
    }

    @Test("One that says nothing is away after the time that Prometheus gives")
    func silent() async throws {
        let daemon = try ScriptedServer { _ in .silence }
        let bench = try await Bench(socket: daemon.path)
        let text = try await bench.curl("/metrics", "-H", "X-Prometheus-Scrape-Timeout-Seconds: 0.4")
        #expect(text.value(of: "nftlb_up") == "0")
    }

    @Test("One that speaks something else is away, too")
    func nonsense() async throws {
        let daemon = try ScriptedServer { _ in .bytes([0, 0, 0, 2, 0x68, 0x69]) }
        #expect(try await Bench(socket: daemon.path).value("nftlb_up") == "0")
    }

    @Test("One that loads is there, and has nothing to tell of farms")
    func loading() async throws {
        let daemon = try FixedDaemon.make([
            ServiceInfo.name: #"{"name":"nftlbd","version":"1","apiVersion":1,"state":"loading"}"#
        ])
        let text = try await Bench(socket: daemon.path).curl()
        #expect(text.value(of: "nftlb_up") == "1")
        #expect(text.value(of: #"nftlb_state{state="loading"}"#) == "1")
        #expect(!text.contains(#"farm=""#) && !text.contains("nftlb_revision "))
        #expect(!daemon.asked.contains { $0.method != ServiceInfo.name })
    }
}

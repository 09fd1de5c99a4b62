// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerClient
import BalancerModel
import BalancerProtocol
import InMemoryDaemon
import JSON
import Testing

@testable import nftlb_exporter

/// The daemon's own server and engine, over a kernel in memory.
@Suite("Farms that come and go", .timeLimit(.minutes(5)))
struct FarmTests {
    static func farm(_ name: String, host: Int, backends: [String]) -> String {
        let listed = backends.enumerated().map {
            #"{"name":"\#($1)","ip-addr":"198.51.100.\#($0 + 1)","weight":\#($0 + 1)}"#
        }
        return #"""
            {"name":"\#(name)","addresses":[{"name":"a","ip-addr":"192.0.2.\#(host)","ports":[80]}],
            "backends":[\#(listed.joined(separator: ","))]}
            """#
    }

    static func apply(_ daemon: InMemoryDaemon, _ farms: [String], mode: ApplyMode = .merge) async throws {
        let json = try JSONValue(parsing: Array(#"{"farms":[\#(farms.joined(separator: ","))]}"#.utf8))
        _ = try await onThread {
            var parameters = ConfigurationApply.Parameters()
            parameters.configuration = json.object
            parameters.mode = mode
            return try BlockingConnection(path: daemon.path).call(ConfigurationApply.self, parameters).revision
        }
    }

    @Test("Series of what is deleted are gone, and nobody else's")
    func deletion() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await Self.apply(
            daemon, [Self.farm("x", host: 1, backends: ["a", "b"]), Self.farm("y", host: 2, backends: ["a"])])
        let before = try await bench.curl()
        #expect(before.value(of: #"nftlb_backend_weight{farm="x",backend="b"}"#) == "2")
        #expect(before.value(of: #"nftlb_farm_state{farm="y",state="up"}"#) == "1")
        try await Self.apply(daemon, [Self.farm("y", host: 2, backends: ["a", "c"])], mode: .replace)
        let after = try await bench.curl()
        #expect(!after.contains(#"farm="x""#))
        #expect(after.value(of: #"nftlb_backend_weight{farm="y",backend="c"}"#) == "2")
        #expect(after.value(of: "nftlb_revision") == "2")
    }

    @Test("Pages are put together, and two scrapes at once see all of them")
    func pages() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        let farms = (0..<1_100).map { index in
            #"{"name":"f\#(index)","addresses":[{"name":"a","ip-addr":"10.1.\#(index / 250).\#(index % 250 + 1)","ports":[80]}],"backends":[{"name":"b","ip-addr":"10.2.0.1"}]}"#
        }
        try await Self.apply(daemon, farms)
        async let first = bench.curl("/metrics", "--compressed")
        async let second = bench.curl()
        for text in [try await first, try await second] {
            for family in ["nftlb_backend_weight", "nftlb_farm_connections_total", "nftlb_backend_bytes_in_total"] {
                #expect(text.series.count { $0.hasPrefix(family + "{") } == 1_100)
            }
        }
    }

    @Test("Some farms only; those that there are not are left out")
    func filtered() async throws {
        let daemon = try InMemoryDaemon()
        defer { daemon.stop() }
        let bench = try await Bench(socket: daemon.path)
        try await Self.apply(
            daemon, [Self.farm("x", host: 1, backends: ["a"]), Self.farm("y", host: 2, backends: ["a"])])
        let text = try await bench.curl("/metrics?farm[]=nobody&farm[]=y")
        #expect(!text.contains(#"farm="x""#) && !text.contains("nobody"))
        #expect(text.value(of: #"nftlb_farm_connections_total{farm="y"}"#) == "0")
        #expect(
            text.value(of: #"nftlb_farm_info{farm="y",mode="snat",scheduler="rr",family="ipv4",protocol="tcp"}"#) == "1"
        )
    }
}

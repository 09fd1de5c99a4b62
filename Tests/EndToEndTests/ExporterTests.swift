// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What Prometheus is told is what the client's own kernel has counted.
@Suite("Exporter", .requiresKernel, .serialized)
struct ExporterTests {
    /// What the exporter says, once no packet is under way any more: until it is what the client has counted, for some seconds.
    ///
    /// - Parameter isOneWay: whether what comes back passes by.
    static func settled(
        _ exporter: Exporter, _ lab: Lab, isOneWay: Bool = false
    ) throws -> (scrape: Scrape, metered: [Int]) {
        let end = Date(timeIntervalSinceNow: 10)
        while true {
            var metered = try StatisticsTests.metered(lab)
            if isOneWay { metered[2...] = [0, 0] }
            let scrape = try exporter.scrape()
            if scrape.traffic("farm", #"farm="f""#) == metered || Date() > end { return (scrape, metered) }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    @Test(
        "Connections, packets and bytes are those of the client's kernel, of the farm and of its backends together",
        arguments: StatisticsTests.cases.indices)
    func exact(index: Int) throws {
        let (ipv6, transport, mode) = StatisticsTests.cases[index]
        let service = StatisticsTests.service(ipv6)
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: service, over: transport, mode: mode, backends: Declared.backends(ipv6: ipv6))
        ])
        let exporter = try Exporter(of: daemon)
        try StatisticsTests.meter(lab, service)
        let spread = try lab.spread(20, to: service, udp: transport == "udp")
        let held = try lab.hold(service, udp: transport == "udp")
        for _ in 0..<10 { held.expectAlive() }
        let (scrape, metered) = try Self.settled(exporter, lab)
        let farm = scrape.traffic("farm", #"farm="f""#)
        #expect(farm == metered)
        #expect(scrape[#"nftlb_farm_connections_total{farm="f"}"#] == 21)
        let names = (1...3).map { ipv6 ? "b\($0)-6" : "b\($0)" }
        let backends = names.map { scrape.traffic("backend", #"farm="f",backend="\#($0)""#) }
        #expect((0..<4).map { column in backends.reduce(0) { $0 + $1[column] } } == metered)
        for name in names {
            let own = (spread[String(name.prefix(2))] ?? 0) + (held.answer.backend == name.prefix(2) ? 1 : 0)
            #expect(scrape[#"nftlb_backend_connections_total{farm="f",backend="\#(name)"}"#] == own)
        }
    }

    @Test(
        "At ingress it is the same; answers of direct return pass by", arguments: ["dsr", "stlsdnat"],
        [(false, "tcp"), (false, "udp"), (true, "tcp"), (true, "udp")])
    func ingress(mode: String, kind: (ipv6: Bool, transport: String)) throws {
        let service = StatisticsTests.service(kind.ipv6)
        let udp = kind.transport == "udp"
        let lab = try Lab(ports: [80, 8080])
        var servers: [BackendServer] = []
        for backend in lab.topology.backends where mode == "dsr" {
            try backend.namespace.ip("address add \(service.address) dev lo nodad")
            servers.append(
                try BackendServer(
                    backend.name, in: backend.namespace, ports: [80], datagramAddresses: [service.address]))
        }
        defer { withExtendedLifetime(servers) {} }
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, over: kind.transport, mode: mode,
                backends: Declared.backends(ipv6: kind.ipv6, port: mode == "dsr" ? nil : 8080))
        ])
        try daemon.expect("f", "up")
        let exporter = try Exporter(of: daemon)
        try StatisticsTests.meter(lab, service)
        let spread = try lab.spread(20, to: service, udp: udp)
        let held = try lab.hold(service, udp: udp)
        for _ in 0..<10 { held.expectAlive() }
        let (scrape, metered) = try Self.settled(exporter, lab, isOneWay: mode == "dsr")
        #expect(scrape.traffic("farm", #"farm="f""#) == metered)
        #expect(scrape[#"nftlb_farm_connections_total{farm="f"}"#] == 21)
        for name in (1...3).map({ kind.ipv6 ? "b\($0)-6" : "b\($0)" }) {
            let own = (spread[String(name.prefix(2))] ?? 0) + (held.answer.backend == name.prefix(2) ? 1 : 0)
            #expect(scrape[#"nftlb_backend_connections_total{farm="f",backend="\#(name)"}"#] == own)
        }
    }

    @Test("Bytes of datagrams are at least the payload and at most payload and headers", arguments: [false, true])
    func bytes(ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: StatisticsTests.service(ipv6), over: "udp", backends: Declared.backends(1...1, ipv6: ipv6))
        ])
        let exporter = try Exporter(of: daemon)
        let answers = try (0..<7).map { _ in try lab.hold(StatisticsTests.service(ipv6), udp: true).answer }
        let scrape = try exporter.scrape("?collect[]=farm_traffic&farm[]=f")
        // A question is "?" and a newline; the answer says four words and a newline (BackendServer).
        let header = ipv6 ? 48 : 28
        let payload = answers.reduce(0) {
            $0 + "\($1.backend) \($1.peer.address) \($1.peer.port) \($1.port)\n".utf8.count
        }
        #expect(scrape[#"nftlb_farm_bytes_in_total{farm="f"}"#] == 7 * (header + 2))
        #expect(scrape[#"nftlb_farm_bytes_out_total{farm="f"}"#] == payload + 7 * header)
    }

    @Test("Mode local: clients' connections are the farm's, the proxy's are each backend's", arguments: [false, true])
    func local(ipv6: Bool) throws {
        let service = TrafficTests.service(ipv6)
        let lab = try LocalModeTests.lab(service)
        let daemon = try Daemon(on: lab)
        let proxy = try LocalModeTests.haproxy(lab, service)
        try daemon.apply(farms: [LocalModeTests.farm(service)])
        let exporter = try Exporter(of: daemon)
        #expect(try lab.spread(10, to: service) == ["b1": 5, "b2": 5])
        let scrape = try exporter.scrape()
        #expect(scrape[#"nftlb_farm_connections_total{farm="f"}"#] == 10)
        for name in ["b1", "b2"] {
            #expect(scrape[#"nftlb_backend_connections_total{farm="f",backend="\#(name)"}"#] == 5)
        }
        #expect(scrape[#"nftlb_farm_state{farm="f",state="up"}"#] == 1)
        #expect(proxy.isRunning)
    }

    @Test("States follow what is declared and what is the case; what is deleted is gone, and the daemon may be")
    func states() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let service = StatisticsTests.service(false)
        try daemon.apply(farms: [
            Declared.farm("f", at: service, backends: Declared.backends(1...2)),
            Declared.farm("g", at: Endpoint("192.0.2.9", 80), backends: Declared.backends(1...1)),
        ])
        let exporter = try Exporter(of: daemon)
        let before = try exporter.scrape()
        #expect(before[#"nftlb_farm_state{farm="f",state="up"}"#] == 1)
        #expect(before[#"nftlb_backend_state{farm="f",backend="b2",state="up"}"#] == 1)
        try daemon.set("f", "b2", ["state": "down", "weight": 7])
        try daemon.delete("/farms/g")
        let after = try exporter.scrape()
        #expect(after[#"nftlb_farm_state{farm="f",state="up"}"#] == 0)
        #expect(after[#"nftlb_farm_state{farm="f",state="degraded"}"#] == 1)
        #expect(after[#"nftlb_farm_administrative_state{farm="f",state="up"}"#] == 1)
        #expect(after[#"nftlb_farm_backends{farm="f",state="down"}"#] == 1)
        #expect(after[#"nftlb_backend_administrative_state{farm="f",backend="b2",state="down"}"#] == 1)
        #expect(after[#"nftlb_backend_state{farm="f",backend="b2",state="down"}"#] == 1)
        #expect(after[#"nftlb_backend_weight{farm="f",backend="b2"}"#] == 7)
        #expect(!after.text.contains(#"farm="g""#))
        daemon.kill()
        #expect(try exporter.scrape()["nftlb_up"] == 0)
        try daemon.start()
        #expect(try exporter.scrape()["nftlb_up"] == 1)
    }

    @Test(
        "What the daemon has done is counted: changes and refusals, commits and their parts, foreign changes, helpers")
    func doings() throws {
        let lab = try Lab(backends: 2)
        let daemon = try Daemon(on: lab)
        let exporter = try Exporter(of: daemon)
        let before = try exporter.scrape("?collect[]=changes&collect[]=process")
        #expect(before["nftlb_apply_total"] == 0)
        #expect(abs(Double(before["nftlb_start_time_seconds"]) - Date().timeIntervalSince1970) < 60)
        try daemon.apply(farms: [
            Declared.farm("f", at: StatisticsTests.service(false), backends: Declared.backends(1...2))
        ])
        for weight in 2...4 { try daemon.set("f", "b1", ["weight": weight]) }
        #expect(try daemon.refusal(of: [["name": "f", "backends": [["name": "b1", "weight": 0]]]]) != nil)
        let after = try exporter.scrape()
        #expect(after["nftlb_apply_total"] == 4)
        #expect(after[#"nftlb_apply_failures_total{kind="invalid"}"#] == 1)
        #expect(after["nftlb_apply_duration_seconds_count"] == 4)
        #expect(after["nftlb_commit_duration_seconds_count"] == 4)
        #expect(after[#"nftlb_commit_part_duration_seconds_count{part="store-commit"}"#] == 4)
        #expect(after[#"nftlb_commit_part_duration_seconds_bucket{part="switch",le="+Inf"}"#] >= 1)
        #expect(after["nftlb_nft_helper_runs_total"] >= 1)
        #expect(after["nftlb_nft_helper_failures_total"] == 0)
        #expect(after["nftlb_drift_detected_total"] == 0)
        // The exporter's own.
        #expect(after["nftlb_rpc_connections"] == 1)
        let memory = try String(contentsOfFile: "/proc/\(daemon.process?.identifier ?? 0)/statm", encoding: .utf8)
        let pages = memory.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        #expect((pages * 4096 / 2...pages * 4096 * 2).contains(after["nftlb_resident_memory_bytes"]))
        try lab.balancer.check("nft", "flush", "ruleset")
        let end = Date(timeIntervalSinceNow: 10)
        var seen = try exporter.scrape("?collect[]=drift")
        while seen["nftlb_drift_repaired_total"] < 1, Date() < end {
            Thread.sleep(forTimeInterval: 0.02)
            seen = try exporter.scrape("?collect[]=drift")
        }
        #expect(seen["nftlb_drift_repaired_total"] >= 1)
        #expect(seen["nftlb_drift_detected_total"] >= seen["nftlb_drift_repaired_total"])
    }

    @Test("Limits count what met them, and sessions are those that sessions.list has")
    func limitsAndSessions() throws {
        let lab = try Lab(backends: 2)
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        let service = StatisticsTests.service(false)
        let known = "10.9.1.2"
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, over: "udp", backends: Declared.backends(1...2),
                [
                    "persistence": ["srcip"], "persist-ttl": 60,
                    "sessions": [["client": known, "backend": "b2"]],
                ]),
            Declared.farm(
                "g", at: Endpoint("192.0.2.9", 80), backends: [Declared.backend(1, ["est-connlimit": 2])]),
        ])
        let exporter = try Exporter(of: daemon)
        _ = try lab.choices(of: Array(Lab.clients.prefix(7)), at: service, udp: true)
        let held = try (0..<2).map { _ in try lab.hold(Endpoint("192.0.2.9", 80)) }
        #expect(try lab.refusal(of: Endpoint("192.0.2.9", 80)) != nil)
        for one in held { one.expectAlive() }
        let scrape = try exporter.scrape()
        let listed = try daemon.remote().call("sessions.list", ["farm": "f"])["sessions"].array
        // The client of the static session is learnt like the others.
        #expect(listed.count == 8)
        for name in ["b1", "b2"] {
            let own = listed.count { $0["backend"].string == name }
            #expect(scrape[#"nftlb_backend_sessions{farm="f",backend="\#(name)"}"#] == own)
        }
        #expect(!scrape.text.contains(#"nftlb_backend_sessions{farm="g""#))
        #expect(scrape[#"nftlb_limit_packets_total{farm="g",limit="backend-est-connlimit"}"#] >= 1)
        #expect(
            scrape[#"nftlb_limit_packets_total{farm="g",limit="backend-est-connlimit"}"#]
                == scrape[#"nftlb_backend_limit_packets_total{farm="g",backend="b1"}"#])
        #expect(scrape[#"nftlb_limit_packets_total{farm="g",limit="new-rtlimit"}"#] == 0)
        #expect(!scrape.text.contains(#"nftlb_limit_packets_total{farm="f""#))
        // Nobody's address is a label.
        for client in Lab.clients.prefix(7) { #expect(!scrape.text.contains("\"\(client)\"")) }
    }

    @Test("Policies: their elements, and the packets that they have met")
    func policies() throws {
        let lab = try Lab(backends: 1)
        try lab.addClients()
        let daemon = try Daemon(on: lab)
        let service = StatisticsTests.service(false)
        let farm = Declared.farm(
            "f", at: service, over: "udp", backends: Declared.backends(1...1), ["policies": [["name": "black"]]])
        let black: Declared.Object = [
            "name": "black", "family": "ipv4", "type": "blacklist",
            "elements": [["data": Lab.clients[1]], ["data": "203.0.113.0/24"]],
        ]
        try daemon.remote().call(
            "configuration.apply", ["configuration": ["policies": [black], "farms": [farm]], "mode": "merge"])
        let exporter = try Exporter(of: daemon)
        #expect(try exporter.scrape()[#"nftlb_policy_packets_total{policy="black"}"#] == 0)
        _ = try lab.choices(of: [Lab.clients[0]], at: service, udp: true)
        #expect((try? lab.choices(of: [Lab.clients[1]], at: service, udp: true)) == nil)
        let scrape = try exporter.scrape()
        #expect(scrape[#"nftlb_policy_elements{policy="black"}"#] == 2)
        let packets = scrape[#"nftlb_policy_packets_total{policy="black"}"#]
        #expect(packets >= 1)
        // A question is "?" and a newline, behind the headers of IPv4 and UDP.
        #expect(scrape[#"nftlb_policy_bytes_total{policy="black"}"#] == packets * 30)
        #expect(!scrape.text.contains(Lab.clients[1]))
        try daemon.delete("/farms/f")
        try daemon.delete("/policies/black")
        #expect(!(try exporter.scrape().text.contains(#"policy="black""#)))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// A real Prometheus scrapes the real exporter while traffic runs.
@Suite(
    "Prometheus", .requiresKernel, .serialized,
    .enabled("prometheus is not installed") { FileManager.default.isExecutableFile(atPath: Prometheus.program) })
struct PrometheusTests {
    static let service = Endpoint("192.0.2.1", 80)
    static let service6 = Endpoint("2001:db8::1", 80)

    /// Farm `f` has weights, farm `six` is IPv6. Both are TCP: the kernel gives a UDP client a port that it had a moment ago now
    /// and then, and then the next question is no new connection.
    static func farms() -> [Declared.Object] {
        [
            Declared.farm(
                "f", at: service, scheduler: "weight",
                backends: [Declared.backend(1, ["weight": 3]), Declared.backend(2), Declared.backend(3)]),
            Declared.farm("six", at: service6, backends: Declared.backends(1...2, ipv6: true)),
        ]
    }

    @Test(
        "The rates it computes are the traffic that was sent; every query of the dashboard and every rule has an answer"
    )
    func rates() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: Self.farms())
        let exporter = try Exporter(of: daemon)
        let prometheus = try Prometheus(in: lab.balancer, folder: lab.folder)
        try prometheus.waitForScrapes(3)
        try StatisticsTests.meter(lab, Self.service)

        // About a hundred conversations a second for some seconds; changes and refusals meanwhile.
        let load = LoadLoop(lab.topology, .tcp, [Self.service], clients: 2, pause: 20_000)
        let load6 = LoadLoop(lab.topology, .tcp, [Self.service6], clients: 1, pause: 20_000)
        for weight in 2..<10 {
            try daemon.set("f", "b3", ["weight": weight % 4 + 1])
            _ = try daemon.refusal(of: [["name": "f", "mode": "nonsense"]])
            Thread.sleep(forTimeInterval: 0.7)
        }
        let sent = load.expectNoFailure(atLeast: 100)
        let sent6 = load6.expectNoFailure(atLeast: 50)
        // Until the last packets are counted, and scraped.
        let metered = try ExporterTests.settled(exporter, lab).metered
        let scrapes = try prometheus.number("sum_over_time(nftlb_up[1h])")
        try prometheus.waitForScrapes(Int(scrapes) + 2)

        // The traffic began when it had been scraped already and has ended: what has come since its first scrape is exact.
        #expect(try prometheus.increase(#"nftlb_farm_connections_total{farm="f"}"#) == sent.total)
        #expect(try prometheus.increase(#"nftlb_farm_connections_total{farm="six"}"#) == sent6.total)
        for (index, name) in ["packets_in", "bytes_in", "packets_out", "bytes_out"].enumerated() {
            #expect(try prometheus.increase("nftlb_farm_\(name)_total{farm=\"f\"}") == metered[index], "\(name)")
        }
        for (name, count) in sent.answered {
            let labels = #"farm="f",backend="\#(name)""#
            #expect(try prometheus.increase("nftlb_backend_connections_total{\(labels)}") == count)
        }
        // A rate is that over the time, which Prometheus stretches towards the ends of its window: by a scrape at most. The
        // window holds all of the test, however slow the machine is.
        for (series, total) in [
            (#"nftlb_farm_connections_total{farm="f"}"#, sent.total),
            (#"nftlb_farm_bytes_out_total{farm="f"}"#, metered[3]),
        ] {
            let computed = try prometheus.number("rate(\(series)[60s]) * 60")
            #expect(
                (Double(total) * 0.9...Double(total) * 1.25).contains(computed), "\(series): \(computed) for \(total)")
        }

        for rule in try prometheus.rules() { #expect(rule.health == "ok", "\(rule.name)") }
        #expect(try prometheus.rules().count > 10)
        for (title, expression) in try Self.queries() {
            #expect(try !prometheus.query(expression).isEmpty, "\(title): \(expression)")
        }
        try Self.save(prometheus)
    }

    /// Every query of the dashboard, its variables filled in as Grafana does.
    static func queries() throws -> [(title: String, expression: String)] {
        let text = try String(contentsOf: Prometheus.shipped.appending(path: "dashboard.json"), encoding: .utf8)
        return try Reply(json: text)["panels"].array.flatMap { panel in
            panel["targets"].array.map { target in
                (
                    panel["title"].string ?? "",
                    (target["expr"].string ?? "").replacing("$instance", with: ".*").replacing("$farm", with: ".*")
                        .replacing("$__rate_interval", with: "20s")
                )
            }
        }
    }

    /// With NFTLB_DASHBOARD naming a folder, what the panels show goes there.
    private static func save(_ prometheus: Prometheus) throws {
        guard let folder = ProcessInfo.processInfo.environment["NFTLB_DASHBOARD"] else { return }
        for (index, query) in try queries().enumerated() {
            let answer = try prometheus.range(query.expression.replacing("[20s]", with: "[4s]"), seconds: 20)
            let text = "{\"title\": \"\(query.title)\", \"answer\": \(answer)}"
            try text.write(toFile: "\(folder)/\(index).json", atomically: true, encoding: .utf8)
        }
    }
}

extension Prometheus {
    /// By how much a counter has grown since its first sample: exact, where `increase` would stretch it to its window.
    fileprivate func increase(_ series: String) throws -> Int {
        Int(try number("\(series) - min_over_time(\(series)[1h])"))
    }
}

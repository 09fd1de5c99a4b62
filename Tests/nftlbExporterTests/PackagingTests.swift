// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import Foundation
import Testing

@testable import nftlb_exporter

/// What is shipped beside the exporter speaks of series that there are.
@Suite("Alerts and dashboard")
struct PackagingTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Packaging/prometheus")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The names of all series that the exporter writes.
    static func names() throws -> Set<String> {
        let text = try String(contentsOf: ScrapeTests.fixtures.appending(path: "scrape.txt"), encoding: .utf8)
        return Set(text.series.map { String($0.prefix { $0 != "{" && $0 != " " }) })
    }

    /// The names of our series in an expression.
    static func mentioned(_ expression: String) -> [String] {
        expression.matches(of: /\bnftlb_\w+/).map { String($0.0) }
    }

    @Test("The rules are correct and do what their tests say", .enabled("promtool is not installed") { Tools.exist })
    func rules() async throws {
        _ = try await run(["promtool", "check", "rules", Self.folder.appending(path: "alerts.yml").path])
        _ = try await run(["promtool", "test", "rules", Self.folder.appending(path: "alerts-test.yml").path])
        _ = try await run(["promtool", "check", "config", Self.folder.appending(path: "scrape.yml").path])
    }

    @Test("Each alert has a test in which it fires, and one in which it does not")
    func coverage() throws {
        let alerts = try Self.text("alerts.yml").matches(of: /- alert: (\w+)/).map { String($0.1) }
        let tests = try Self.text("alerts-test.yml")
        #expect(alerts.count > 10)
        for alert in alerts {
            #expect(tests.contains(try Regex("alertname: \(alert)\n +exp_alerts:")), "\(alert) never fires")
            #expect(tests.contains(try Regex("alertname: \(alert)\n +- eval_time")), "\(alert) always fires")
        }
    }

    @Test("Alerts speak of series that the exporter writes")
    func alerts() throws {
        let names = try Self.names()
        for name in Self.mentioned(try Self.text("alerts.yml")) { #expect(names.contains(name), "\(name)") }
    }

    @Test("The dashboard asks for series that the exporter writes, and its panels have places of their own")
    func dashboard() throws {
        let names = try Self.names()
        let dashboard = try #require(
            JSONSerialization.jsonObject(with: Data(try Self.text("dashboard.json").utf8)) as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        var taken: Set<[Int]> = []
        for panel in panels {
            let title = panel["title"] as? String ?? ""
            let place = try #require(panel["gridPos"] as? [String: Int])
            for x in 0..<(place["w"] ?? 0) {
                for y in 0..<(place["h"] ?? 0) {
                    #expect(taken.insert([x + (place["x"] ?? 0), y + (place["y"] ?? 0)]).inserted, "\(title)")
                }
            }
            for target in panel["targets"] as? [[String: Any]] ?? [] {
                let expression = target["expr"] as? String ?? ""
                #expect(!Self.mentioned(expression).isEmpty, "\(title): \(expression)")
                for name in Self.mentioned(expression) { #expect(names.contains(name), "\(title): \(name)") }
            }
        }
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        #expect(taken.allSatisfy { $0[0] < 24 })
    }

    @Test("The manual names every option, every collector and every series")
    func manual() throws {
        let page = try String(
            contentsOf: Self.folder.deletingLastPathComponent().appending(path: "man/nftlb-exporter.8"), encoding: .utf8
        )
        for name in CollectorName.allCases { #expect(page.contains(".It Li \(name.rawValue)\n"), "\(name)") }
        for option in NftlbExporter.helpMessage().matches(of: /--([a-z-]+)/) {
            #expect(page.contains("Fl Fl \(option.1)"), "\(option.0)")
        }
        for name in try Self.names() {
            let isFigure = name.contains("_packets_") || name.contains("_bytes_") && name.contains("backend")
            let family = ["_bucket", "_sum", "_count"].reduce(name) {
                $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
            }
            #expect(isFigure || family.contains("farm_bytes") || page.contains(family), "\(name)")
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces

/// A real Prometheus in the exporter's namespace, which scrapes it every second, with the alerts that are shipped.
final class Prometheus {
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Packaging/prometheus")
    static let program = "/usr/bin/prometheus"
    private static let address = "127.0.0.1:9090"

    private let space: NetworkNamespace
    private let process: Program

    init(in space: NetworkNamespace, folder: URL) throws {
        self.space = space
        try space.ip("link set lo up")
        var configuration = try String(contentsOf: Self.shipped.appending(path: "scrape.yml"), encoding: .utf8)
        configuration = configuration.replacing(
            "scrape_interval: 15s", with: "scrape_interval: 1s\n  evaluation_interval: 1s"
        )
        .replacing("- alerts.yml", with: "- \(Self.shipped.path)/alerts.yml")
        let file = folder.appending(path: "prometheus.yml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        process = try space.start([
            Self.program, "--config.file=\(file.path)", "--storage.tsdb.path=\(folder.path)/prometheus",
            "--web.listen-address=\(Self.address)", "--log.level=warn",
        ])
    }

    deinit { process.signal(SIGKILL) }

    /// Waits until it has scraped so often with success.
    func waitForScrapes(_ count: Int, within seconds: Double = 30) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while (try? number("sum_over_time(nftlb_up[1h])")).map({ $0 >= Double(count) }) != true {
            guard process.isRunning, Date() < deadline else {
                throw Unexpected(text: "Prometheus does not scrape: \(process.written.err)")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// What it answers to a query: the samples of a vector or a matrix.
    func query(_ expression: String) throws -> [Reply] {
        let text = try space.check(
            "curl", "-sS", "--data-urlencode", "query=\(expression)", "http://\(Self.address)/api/v1/query")
        let reply = try Reply(json: text)
        guard reply["status"].string == "success" else { throw Unexpected(text: "\(expression): \(text)") }
        return reply["data"]["result"].array
    }

    /// The value of a query that has one.
    func number(_ expression: String) throws -> Double {
        let samples = try query(expression)
        guard samples.count == 1, let value = samples[0]["value"][1].string.flatMap({ Double($0) }) else {
            throw Unexpected(text: "\(expression): \(samples)")
        }
        return value
    }

    /// What it says about its rules: their names and whether they could be evaluated.
    func rules() throws -> [(name: String, health: String)] {
        let reply = try Reply(json: try space.check("curl", "-sS", "http://\(Self.address)/api/v1/rules"))
        return reply["data"]["groups"].array.flatMap { $0["rules"].array }.map {
            ($0["name"].string ?? "", $0["health"].string ?? "")
        }
    }

    /// A range of a query as JSON, for pictures.
    func range(_ expression: String, seconds: Int) throws -> String {
        let now = Date().timeIntervalSince1970
        return try space.check(
            "curl", "-sS", "-G", "--data-urlencode", "query=\(expression)",
            "-d", "start=\(now - Double(seconds))", "-d", "end=\(now)", "-d", "step=1",
            "http://\(Self.address)/api/v1/query_range")
    }
}

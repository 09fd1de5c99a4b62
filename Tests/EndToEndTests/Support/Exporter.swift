// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces

/// nftlb-exporter in front of a daemon, on a port of the daemon's namespace.
final class Exporter {
    static let port = 9195

    let space: NetworkNamespace
    let process: Program

    init(of daemon: Daemon, _ options: [String] = []) throws {
        space = daemon.space
        try space.ip("link set lo up")
        process = try space.start(
            [Programs.path("nftlb-exporter"), "--listen", "127.0.0.1:\(Self.port)", "--socket", daemon.readOnlySocket]
                + options)
        let deadline = Date(timeIntervalSinceNow: 20)
        while (try? space.check("curl", "-sf", "http://127.0.0.1:\(Self.port)/")) == nil {
            guard process.isRunning, Date() < deadline else {
                throw Unexpected(text: "nftlb-exporter does not serve: \(process.written.err)")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    deinit { process.signal(SIGTERM) }

    /// What it says now.
    func scrape(_ query: String = "") throws -> Scrape {
        Scrape(text: try space.check("curl", "-gsSf", "--compressed", "http://127.0.0.1:\(Self.port)/metrics\(query)"))
    }
}

/// Series and their values.
struct Scrape {
    let text: String
    private let values: [Substring: Substring]

    init(text: String) {
        self.text = text
        values = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.reduce(into: [:]) { values, line in
            guard let space = line.lastIndex(of: " ") else { return }
            values[line[..<space]] = line[line.index(after: space)...]
        }
    }

    var count: Int { values.count }

    /// The value of a series; -1: it is not there.
    subscript(_ series: String) -> Int { values[series[...]].flatMap { Int($0) } ?? -1 }

    /// The traffic of a farm or a backend by its labels: packets and bytes in, packets and bytes out, as the client's meter
    /// has them.
    func traffic(_ object: String, _ labels: String) -> [Int] {
        ["packets_in", "bytes_in", "packets_out", "bytes_out"].map { self["nftlb_\(object)_\($0)_total{\(labels)}"] }
    }
}

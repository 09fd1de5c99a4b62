// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Reading and validating a large document.
enum JSONBenchmark {
    static func run(_ report: inout Report) throws {
        report.section("A document of 10,000 x 10")
        let bytes = Document(farms: 10_000).bytes
        let size = Double(bytes.count) / 1e6
        var value = JSONValue.null
        let reading = try (0..<5).map { _ in try Stopwatch.time { value = try JSONValue(parsing: bytes) } }.min() ?? 0
        report.add(
            Row(
                name: "\(number(size)) MB read (MB/s)", value: duration(reading), ratio: size / reading,
                target: .atLeast(90)))
        var configuration = Configuration()
        let validating = try Stopwatch.time { configuration = try Configuration(json: value) }
        report.add(Row(name: "validated: \(configuration.farms.count) farms", value: duration(validating)))
        var written: [UInt8] = []
        let writing = Stopwatch.time { written = configuration.json().serialized() }
        report.add(Row(name: "written: \(number(Double(written.count) / 1e6)) MB", value: duration(writing)))
    }
}

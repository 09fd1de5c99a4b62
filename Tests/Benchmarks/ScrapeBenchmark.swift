// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import JSON
import KernelSupport
import Namespaces
import Nftables
import NftablesKernel

/// A real exporter before a real daemon with 1,000 farms of ten backends, each of which has counters in the kernel.
enum ScrapeBenchmark {
    private static let rounds = 40

    static func run(_ report: inout Report) throws {
        report.section("nftlb-exporter with 10,000 backends")
        let namespace = try NetworkNamespace()
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: namespace, folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        let client = try RawClient(daemon.socket, on: loop)
        let document = String(decoding: Document(farms: 1_000).bytes, as: UTF8.self)
        _ = try ask(client, daemon, "configuration.apply", #"{"mode": "replace", "configuration": \#(document)}"#)
        try count(try marks(client, daemon), in: namespace)
        // What comes after a load is over by then.
        try daemon.run(seconds: 2)

        let kernel = try times { try namespace.inside { try dump() } }
        report.add(
            Row(
                name: "the kernel's part: 30,000 counters in two dumps (s)", value: duration(kernel.quietMedian),
                ratio: kernel.quietMedian, target: .atMost(0.01)))
        let own = try times {
            _ = try ask(client, daemon, "statistics.get", #"{"limit": 500, "service": true, "rows": true}"#)
        }
        report.add(Row(name: "nftlbd's part, to its first page (s)", value: duration(own.quietMedian)))

        let exporter = try ExporterProcess(before: daemon, in: namespace)
        var length = 0
        let before = daemon.processorSeconds
        let plain = try times { length = try exporter.get("/metrics") }
        let processor = (daemon.processorSeconds - before) / Double(rounds)
        guard length > 5 << 20 else { throw BenchmarkFailure("a scrape of \(length) bytes") }
        report.add(
            Row(
                name: "a scrape, end to end (s); \(length >> 20) MiB, \(duration(processor)) of nftlbd's CPU",
                value: duration(plain.quietMedian), floor: "slowest \(duration(plain.max() ?? 0))",
                ratio: plain.quietMedian, target: .atMost(0.1)))
        let compressed = try times { length = try exporter.get("/metrics", "Accept-Encoding: gzip") }
        report.add(
            Row(
                name: "the same with gzip, level 1 (s); \(length >> 10) KiB", value: duration(compressed.quietMedian)))
        let farms = try times { try exporter.get("/metrics?exclude[]=backend_state&exclude[]=backend_traffic") }
        report.add(Row(name: "without series of backends but weights (s)", value: duration(farms.quietMedian)))
        let two = try times { try exporter.get("/metrics", times: 2) }
        report.add(Row(name: "two at once (s)", value: duration(two.quietMedian)))
        report.add(
            Row(
                name: "memory of the exporter: resident (MiB)", value: number(exporter.memory("VmRSS")) + " MiB",
                floor: "peak \(number(exporter.memory("VmHWM")))", ratio: exporter.memory("VmHWM"),
                target: .atMost(150)))
        try daemon.stop()
    }

    private static func times(_ body: () throws -> Void) throws -> [Double] {
        try body()
        return try (0..<rounds).map { _ in try Stopwatch.time(body) }
    }

    private static func ask(
        _ client: RawClient, _ daemon: DaemonProcess, _ method: String, _ parameters: String
    ) throws -> JSONValue {
        var answer: ArraySlice<UInt8>?
        client.received = { answer = $0 }
        client.send(RawClient.frame(method, parameters))
        try daemon.wait { answer != nil }
        guard let answer, answer.isResult else { throw BenchmarkFailure("\(method) was refused") }
        return try JSONValue(parsing: answer)["result"] ?? .null
    }

    private static func marks(_ client: RawClient, _ daemon: DaemonProcess) throws -> [Int64] {
        let status = try ask(client, daemon, "status.get", "{}")
        return (status["farms"]?.array ?? []).flatMap { farm in
            (farm["backends"]?.array ?? []).compactMap { $0["mark"]?.integer }
        }
    }

    /// What traffic would have made: a counter of first packets, and one of later ones each way.
    private static func count(_ marks: [Int64], in namespace: NetworkNamespace) throws {
        guard marks.count == 10_000 else { throw BenchmarkFailure("\(marks.count) backends") }
        var script = ""
        for start in stride(from: 0, to: marks.count, by: 1_000) {
            let part = marks[start..<start + 1_000]
            func add(_ set: String, _ key: (Int64) -> String) {
                let elements = part.map { "\(key($0)) counter packets 1234567 bytes 987654321" }
                script += "add element ip nftlb \(set) { \(elements.joined(separator: ", ")) }\n"
            }
            add("newconns") { "\($0)" }
            for direction in ["original", "reply"] { add("traffic") { "\(direction) . \($0)" } }
        }
        try namespace.inside { try Command.nft(script) }
    }

    private static func dump() throws {
        let kernel = try TestKernel.open()
        for (name, length) in [("newconns", 4), ("traffic", 8)] {
            let form = ElementForm(set: SetReference(family: .ip, name: name), keyLength: length, dataLength: 0)
            let dump = try kernel.beginDump(form, as: CountedElements.self)
            while try dump.next() != nil {}
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import Namespaces

/// A real daemon with 10,000 farms of ten backends: start, restart, memory, and readers meanwhile.
enum LoadBenchmark {
    static func run(_ report: inout Report) throws {
        report.section("nftlbd with 10,000 x 10")
        let folder = try Scratch()
        let document = Document(farms: 10_000).bytes
        try write(document, to: folder.file("farms.json"))

        try fromFile(&report, folder)
        try overSocket(&report, document)
    }

    private static func fromFile(_ report: inout Report, _ folder: Scratch) throws {
        let namespace = try NetworkNamespace()
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: namespace, folder: folder, loop: loop)
        let watch = Stopwatch()
        try daemon.launch(["--configuration", folder.file("farms.json")])
        try daemon.wait(seconds: 10) { unsafe access(daemon.readOnlySocket, F_OK) == 0 }
        let reader = try Reader(daemon.readOnlySocket, on: loop)
        try daemon.wait { daemon.isReady }
        let seconds = watch.seconds
        let longest = reader.longest(now: loop.now)
        report.add(
            Row(
                name: "from the file to READY (s); \(duration(daemon.processorSeconds)) of its CPU",
                value: duration(seconds), ratio: seconds, target: .atMost(2)))
        add(reader, longest: longest, to: &report)
        try daemon.run(seconds: 2)
        report.add(
            Row(
                name: "memory: resident (MiB); anonymous \(number(daemon.memory("RssAnon")))",
                value: number(daemon.memory("VmRSS")) + " MiB", floor: "peak \(number(daemon.memory("VmHWM")))",
                ratio: daemon.memory("VmRSS"), target: .atMost(100)))

        let generation = try daemon.generation()
        try daemon.stop()
        let again = try daemon.start()
        report.add(
            Row(
                name: "start on an unchanged kernel (s); \(duration(daemon.processorSeconds)) of its CPU",
                value: duration(again), ratio: again, target: .atMost(2)))
        try daemon.run(seconds: 2)
        let change = Double(try daemon.generation() &- generation)
        report.add(
            Row(
                name: "memory after that: resident (MiB); anonymous \(number(daemon.memory("RssAnon")))",
                value: number(daemon.memory("VmRSS")) + " MiB", floor: "peak \(number(daemon.memory("VmHWM")))",
                ratio: daemon.memory("VmRSS"), target: .atMost(100)))
        report.add(
            Row(
                name: "the kernel's generation has grown by", value: number(change), ratio: change, target: .atMost(0)))
        try daemon.stop()
    }

    private static func overSocket(_ report: inout Report, _ document: [UInt8]) throws {
        let namespace = try NetworkNamespace()
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: namespace, folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        try daemon.run(seconds: 0.5)
        report.add(
            Row(
                name: "memory when empty: resident (MiB)", value: number(daemon.memory("VmRSS")) + " MiB",
                ratio: daemon.memory("VmRSS"), target: .atMost(12)))
        report.add(
            Row(
                name: "memory when empty: anonymous (MiB)", value: number(daemon.memory("RssAnon")) + " MiB",
                ratio: daemon.memory("RssAnon"), target: .atMost(4)))

        let client = try RawClient(daemon.socket, on: loop)
        var answer: ArraySlice<UInt8>?
        client.received = { answer = $0 }
        let reader = try Reader(daemon.readOnlySocket, on: loop)
        let parameters = #"{"mode": "replace", "configuration": "# + String(decoding: document, as: UTF8.self) + "}"
        let frame = RawClient.frame("configuration.apply", parameters)
        let watch = Stopwatch()
        client.send(frame)
        try daemon.wait { answer != nil }
        let seconds = watch.seconds
        let longest = reader.longest(now: loop.now)
        guard let answer, answer.isResult else {
            throw BenchmarkFailure("refused: \(String(decoding: (answer ?? []).prefix(300), as: UTF8.self))")
        }
        report.add(Row(name: "applied over the socket (s)", value: duration(seconds)))
        add(reader, longest: longest, to: &report)
        try daemon.stop()
    }

    private static func add(_ reader: Reader, longest: Double, to report: inout Report) {
        report.add(
            Row(
                name: "        readers meanwhile: the latest of \(reader.latencies.count) answers (s)",
                value: duration(longest), floor: "median \(duration(reader.latencies.median))", ratio: longest,
                target: .atMost(0.05)))
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw BenchmarkFailure("cannot write \(path)") }
        defer { unsafe fclose(file) }
        guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw BenchmarkFailure("cannot write \(path)")
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import Namespaces

/// How late a client's answers are beside clients that misbehave.
enum HostileBenchmark {
    static func run(_ report: inout Report) throws {
        report.section("clients that misbehave: answers of one that does not")
        var files = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        files.rlim_cur = min(8192, files.rlim_max)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: try NetworkNamespace(), folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        let idle = try latencies(daemon, loop, seconds: 4)

        try add("1,000 that send nothing", idle, daemon, loop, to: &report) {
            try (0..<1_000).map { _ in try RawClient(daemon.readOnlySocket, on: loop) }
        }
        try add("100 that send a byte a second", idle, daemon, loop, to: &report) {
            let clients = try (0..<100).map { _ in try RawClient(daemon.socket, on: loop) }
            let frame = RawClient.frame("service.info")
            var sent = 0
            let timer = try loop.every(milliseconds: 1_000) {
                guard sent < frame.count else { return }
                for client in clients { client.send([frame[sent]]) }
                sent += 1
            }
            return (clients, timer)
        }
        try add("20 that ask and never read", idle, daemon, loop, to: &report) {
            let questions = Array(repeatElement(RawClient.frame("rpc.discover"), count: 200).joined())
            return try (0..<20).map { _ in
                let client = try RawClient(daemon.socket, on: loop)
                client.send(questions)
                client.isDeaf = true
                return client
            }
        }
        let noise = frame(of: [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20))
        try add("10 with frames of 64 MiB of no JSON", idle, daemon, loop, to: &report) {
            try (0..<10).map { _ in
                let client = try RawClient(daemon.socket, on: loop)
                client.send(noise)
                return client
            }
        }
        let blank = frame(of: [UInt8](repeating: UInt8(ascii: " "), count: (64 << 20) - 2) + Array("[]".utf8))
        try add("10 with frames of 64 MiB of JSON", idle, daemon, loop, to: &report) {
            try (0..<10).map { _ in
                let client = try RawClient(daemon.socket, on: loop)
                client.send(blank)
                return client
            }
        }
        try daemon.stop()
    }

    private static func frame(of payload: [UInt8]) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) } + payload
    }

    private static func add<Crowd>(
        _ name: String, _ idle: [Double], _ daemon: DaemonProcess, _ loop: EventLoop, to report: inout Report,
        crowd: () throws -> Crowd
    ) throws {
        let crowd = try crowd()
        let beside = try latencies(daemon, loop, seconds: 5)
        withExtendedLifetime(crowd) {}
        let late = beside.quantile(0.99) - idle.quantile(0.99)
        report.add(
            Row(
                name: "beside \(name): p99 of \(beside.count) less idle's (s)",
                value: duration(beside.quantile(0.99)), floor: "idle \(duration(idle.quantile(0.99)))", ratio: late,
                target: .atMost(0.02)))
        report.add(
            Row(
                name: "        the latest (s)", value: duration(beside.max() ?? 0),
                ratio: beside.max() ?? 0, target: .atMost(0.1)))
    }

    private static func latencies(_ daemon: DaemonProcess, _ loop: EventLoop, seconds: Double) throws -> [Double] {
        let reader = try Reader(daemon.socket, on: loop)
        try daemon.run(seconds: seconds)
        let waiting = reader.longest(now: loop.now)
        return reader.latencies + (waiting > (reader.latencies.max() ?? 0) ? [waiting] : [])
    }
}

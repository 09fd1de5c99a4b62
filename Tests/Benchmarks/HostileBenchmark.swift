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
        for (name, payload) in largeFrames {
            try add("10 with frames of 64 MiB: \(name)", idle, daemon, loop, to: &report) {
                try (0..<10).map { _ in
                    let client = try RawClient(daemon.socket, on: loop)
                    client.send(frame(of: payload))
                    return client
                }
            }
        }
        try daemon.load(Document(farms: 10_000))
        for method in ["configuration.get", "status.get", "statistics.get"] {
            let question = RawClient.frame(method)
            try add("4 that ask for all of 10,000 x 10 again and again: \(method)", idle, daemon, loop, to: &report) {
                try (0..<4).map { _ in
                    let client = try RawClient(daemon.readOnlySocket, on: loop)
                    client.received = { [unowned client] _ in client.send(question) }
                    client.send(question)
                    return client
                }
            }
        }
        try daemon.stop()
    }

    private static var largeFrames: [(String, [UInt8])] {
        func filled(_ head: String, _ part: String, _ tail: String = "") -> [UInt8] {
            let count = ((64 << 20) - head.utf8.count - tail.utf8.count) / part.utf8.count
            return Array(head.utf8) + Array(repeatElement(Array(part.utf8), count: count).joined()) + Array(tail.utf8)
        }
        let apply = #"{"jsonrpc":"2.0","id":1,"method":"configuration.apply","params":{"configuration":{"#
        let backends = (0..<10).map { #"{"name":"b\#($0)","ip-addr":"10.0.0.\#($0 + 1)","port":80}"# }
        let farm = #"{"name":"f","backends":[\#(backends.joined(separator: ","))]},"#
        return [
            ("no JSON", filled("", "x")), ("white space", filled("", " ", "[]")),
            ("a string", filled("[\"", "x", "\"]")), ("numbers", filled("[", "0,", "0]")),
            ("arrays", filled("[", "[0],", "0]")), ("texts", filled("[", "\"a text of some bytes\",", "0]")),
            // As long as may be, and refused for its last object.
            ("farms, one refused", filled(apply + #""farms":["#, farm, #"{"name":"f","weight":1}]}}}"#)),
        ]
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

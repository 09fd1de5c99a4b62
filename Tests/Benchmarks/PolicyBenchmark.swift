// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import Namespaces

/// Large lists: one host into a list of 100,000 beside a change of nothing, and a million hosts.
enum PolicyBenchmark {
    private static let part = 10_000

    static func run(_ report: inout Report) throws {
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: try NetworkNamespace(), folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        let client = try RawClient(daemon.socket, on: loop)
        try apply(
            #"""
            {"set": {"policies": [{"name": "p"}], "farms": [{"name": "f", "policies": [{"name": "p"}],
             "addresses": [{"name": "a", "ip-addr": "192.0.2.1", "ports": [80]}]}]}}
            """#, client, daemon)
        for index in 0..<10 { try apply(hosts(index), client, daemon) }

        report.section("A list of 100,000 hosts that guards a farm")
        var (empty, single, removal): ([Double], [Double], [Double]) = ([], [], [])
        for turn in 0..<400 {
            // Stored, and nothing in the kernel but the stamp.
            empty.append(
                try apply(#"{"set": {"farms": [{"name": "f", "priority": \#(turn % 2 + 1)}]}}"#, client, daemon))
            let host = "172.16.\(turn / 250).\(turn % 250)"
            single.append(
                try apply(#"{"add": "/policies/p/elements", "elements": ["\#(host)"]}"#, client, daemon))
            removal.append(try apply(#"{"delete": "/policies/p/elements/\#(host)"}"#, client, daemon))
        }
        let floor = median(empty)
        for (name, times) in [("one host more", single), ("one host less", removal)] {
            report.add(
                Row(
                    name: name, value: duration(median(times)), floor: "an empty change " + duration(floor),
                    ratio: median(times) / floor, target: .atMost(3)))
        }

        report.section("A million hosts in changes of 10,000")
        var seconds = 0.0
        var longest = 0.0
        for index in 10..<100 {
            let time = try apply(hosts(index), client, daemon)
            seconds += time
            longest = max(longest, time)
        }
        report.add(Row(name: "900,000 more", value: duration(seconds), ratio: seconds, target: .atMost(30)))
        report.add(Row(name: "the longest change", value: duration(longest)))
        report.add(
            Row(
                name: "memory of the daemon", value: "\(number(daemon.memory("VmRSS"))) MiB",
                ratio: daemon.memory("VmRSS"), target: .atMost(200)))
        let again = try apply(#"{"add": "/policies/p/elements", "elements": ["172.20.0.1"]}"#, client, daemon)
        report.add(Row(name: "one host more", value: duration(again)))
        try daemon.stop()
    }

    /// Applies one change and waits for its answer: how long it took.
    @discardableResult
    private static func apply(_ change: String, _ client: RawClient, _ daemon: DaemonProcess) throws -> Double {
        var answer: ArraySlice<UInt8>?
        client.received = { answer = $0 }
        let frame = RawClient.frame("configuration.apply", #"{"changes": [\#(change)]}"#)
        let watch = Stopwatch()
        client.send(frame)
        try daemon.wait { answer != nil }
        let seconds = watch.seconds
        guard let answer, answer.isResult else {
            throw BenchmarkFailure("refused: " + String(decoding: (answer ?? []).prefix(300), as: UTF8.self))
        }
        return seconds
    }

    private static func hosts(_ index: Int) -> String {
        let texts = (0..<part).map { host -> String in
            let number = index * part + host
            return "\"11.\(number >> 16).\(number >> 8 & 255).\(number & 255)\""
        }
        return #"{"add": "/policies/p/elements", "elements": ["# + texts.joined(separator: ",") + "]}"
    }

    private static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
}

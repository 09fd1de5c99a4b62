// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Namespaces

/// Changes that are acknowledged when they are in the kernel and on the disk, one client in turn, many, and one that does not
/// wait.
enum DurableBenchmark {
    private static let farms = 1000
    private static let turn = 0.25
    private static let turns = 8

    static func run(_ report: inout Report) throws {
        let loop = try EventLoop()
        let daemon = try DaemonProcess(in: try NetworkNamespace(), folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        try daemon.load(Document(farms: farms, backends: 2))
        let floor = try Disk.Floor(in: daemon.folder)
        let kinds: [(String, Frames)] = [
            ("a backend's port", { Document.change(farm: $0, backend: 0, port: $1 ? 8081 : 8080) }),
            ("a backend of two goes down or up", { Document.change(farm: $0, backend: 0, isUp: !$1) }),
        ]
        for (name, change) in kinds {
            report.section("Durable changes (\(name)), 1,000 farms")
            try run(&report, daemon, floor, change)
        }
        try daemon.stop()
    }

    /// The change of a farm, there or back.
    private typealias Frames = (Int, Bool) -> String

    private static func run(
        _ report: inout Report, _ daemon: DaemonProcess, _ floor: Disk.Floor, _ change: Frames
    ) throws {
        let single = try measure(daemon, floor, clients: 1, window: 1, change)
        report.add(
            Row(
                name: "one client in turn\(single.cost)", value: rate(single.rate),
                floor: "fdatasync \(rate(floor.rate))", ratio: single.rate / floor.rate, target: .atLeast(0.5)))
        for (name, clients, window) in [("64 clients, each in turn", 64, 1), ("one client that pipelines", 1, 1024)] {
            let speed = try measure(daemon, floor, clients: clients, window: window, change)
            report.add(
                Row(
                    name: name + speed.cost, value: rate(speed.rate), floor: "fdatasync \(rate(floor.rate))",
                    ratio: speed.rate, target: .atLeast(20_000)))
        }
    }

    /// Changes per second over several turns, with the disk alone measured in between.
    private static func measure(
        _ daemon: DaemonProcess, _ floor: Disk.Floor, clients count: Int, window: Int, _ change: Frames
    ) throws -> Speed {
        let clients = try (0..<count).map {
            Changer(try RawClient(daemon.socket, on: daemon.loop), $0, of: count, change)
        }
        var answers = 0
        var seconds = 0.0
        let processor = daemon.processorSeconds
        for _ in 0..<turns {
            try floor.measure(seconds: 0.1)
            let before = clients.map(\.answers).reduce(0, +)
            let watch = Stopwatch()
            for client in clients { client.begin(window: window) }
            while watch.seconds < turn { try daemon.loop.runOnce(timeout: 100) }
            for client in clients { client.isStopping = true }
            // Until the last one is answered: what was sent counts with the time it took.
            try daemon.wait { clients.allSatisfy { $0.outstanding == 0 } }
            seconds += watch.seconds
            answers += clients.map(\.answers).reduce(0, +) - before
        }
        if let refused = clients.first(where: { $0.refusal != nil })?.refusal { throw BenchmarkFailure(refused) }
        return Speed(
            rate: Double(answers) / seconds, processorSeconds: (daemon.processorSeconds - processor) / Double(answers))
    }

    private struct Speed {
        /// Changes per second.
        var rate: Double
        /// The daemon's processor time for one.
        var processorSeconds: Double

        var cost: String { " (\(duration(processorSeconds)) of the daemon's CPU each)" }
    }

    /// Keeps so many changes under way, of farms that no other one changes.
    private final class Changer {
        private let client: RawClient
        private let frames: [[UInt8]]
        private var next = 0
        private(set) var answers = 0
        private(set) var outstanding = 0
        private(set) var refusal: String?
        var isStopping = false

        init(_ client: RawClient, _ index: Int, of count: Int, _ change: Frames) {
            self.client = client
            let own = Array(stride(from: index, to: farms, by: count))
            frames = [true, false].flatMap { isChanged in
                own.map { farm in
                    RawClient.frame("configuration.apply", #"{"changes": [\#(change(farm, isChanged))]}"#)
                }
            }
            client.received = { [unowned self] in received($0) }
        }

        func begin(window: Int) {
            isStopping = false
            for _ in 0..<window { send() }
        }

        private func send() {
            outstanding += 1
            client.send(frames[next])
            next = (next + 1) % frames.count
        }

        private func received(_ reply: ArraySlice<UInt8>) {
            answers += 1
            outstanding -= 1
            if !reply.isResult { refusal = "refused: " + String(decoding: reply.prefix(300), as: UTF8.self) }
            if !isStopping { send() }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Namespaces

/// The HTTP bridge against the daemon's own socket, in turns: what the way over HTTP costs.
enum HTTPBenchmark {
    private static let farms = 1000
    private static let clients = 64
    private static let turn = 0.25
    private static let turns = 8

    static func run(_ report: inout Report) throws {
        let loop = try EventLoop()
        let namespace = try NetworkNamespace()
        let daemon = try DaemonProcess(in: namespace, folder: try Scratch(), loop: loop)
        _ = try daemon.start()
        try daemon.load(Document(farms: farms, backends: 2))
        let bridge = try BridgeProcess(before: daemon, in: namespace)
        try withExtendedLifetime(bridge) {
            report.section("HTTP, 1,000 farms of 2 backends, against the daemon's socket")
            try changes(&report, daemon, namespace, bridge)
            try reads(&report, daemon, namespace, bridge)
        }
        try daemon.stop()
    }

    // MARK: Changes

    private static func changes(
        _ report: inout Report, _ daemon: DaemonProcess, _ namespace: NetworkNamespace, _ bridge: BridgeProcess
    ) throws {
        for (name, count, target) in [
            ("a backend goes down or up, one client in turn", 1, 1.7),
            ("the same, \(clients) clients, each in turn", clients, 6.0),
        ] {
            let (direct, bridged, cost) = try alternating(
                daemon, bridge, count: count, direct: { try directChanger($0, of: count, daemon) },
                bridged: { try changer($0, of: count, daemon, namespace) })
            report.add(
                Row(
                    name: name + cost, value: "\(duration(Double(count) / bridged)), \(rate(bridged))",
                    floor: "socket \(duration(Double(count) / direct)), \(rate(direct))", ratio: direct / bridged,
                    target: .atMost(target)))
        }
    }

    private static func directChanger(_ index: Int, of count: Int, _ daemon: DaemonProcess) throws -> Asker {
        let own = Array(stride(from: index, to: farms, by: count))
        let client = try RawClient(daemon.socket, on: daemon.loop)
        let frames = [false, true].flatMap { isUp in
            own.map { farm in
                RawClient.frame(
                    "configuration.apply", #"{"changes": [\#(Document.change(farm: farm, backend: 0, isUp: isUp))]}"#)
            }
        }
        let asker = Asker(frames) { client.send($0) }
        client.received = { [unowned asker] in asker.answered($0.isResult) }
        return asker
    }

    private static func changer(
        _ index: Int, of count: Int, _ daemon: DaemonProcess, _ namespace: NetworkNamespace
    ) throws -> Asker {
        let own = Array(stride(from: index, to: farms, by: count))
        return try asker(
            daemon, namespace,
            ["down", "up"].flatMap { state in
                own.map { farm in
                    let backend = #"{"name": "\#(Document.backend(0))", "state": "\#(state)"}"#
                    return HTTPClient.request(
                        "PUT", "/farms", #"{"farms": [{"name": "\#(Document.farm(farm))", "backends": [\#(backend)]}]}"#
                    )
                }
            })
    }

    private static func asker(
        _ daemon: DaemonProcess, _ namespace: NetworkNamespace, _ requests: [[UInt8]]
    ) throws -> Asker {
        let client = try HTTPClient(port: BridgeProcess.port, in: namespace, on: daemon.loop)
        let asker = Asker(requests) { client.send($0) }
        client.received = { [unowned asker] status, _ in asker.answered(status == 200) }
        return asker
    }

    // MARK: Reads

    // A small answer is less work than ways: the daemon's socket wakes two threads for it, the bridge eight, so that JSON of
    // any size never keeps its event loop.

    private static func reads(
        _ report: inout Report, _ daemon: DaemonProcess, _ namespace: NetworkNamespace, _ bridge: BridgeProcess
    ) throws {
        let kinds: [(name: String, path: String, only: String, target: Double)] = [
            ("GET of one farm", "/farms/\(Document.farm(7))", #"{"only": {"farms": ["\#(Document.farm(7))"]}}"#, 20),
            ("GET of all farms", "/farms", "{}", 12),
        ]
        for kind in kinds {
            let frame = RawClient.frame("configuration.get", kind.only)
            let (direct, bridged, cost) = try alternating(
                daemon, bridge, count: 1,
                direct: { _ in
                    let client = try RawClient(daemon.socket, on: daemon.loop)
                    let asker = Asker([frame]) { client.send($0) }
                    client.received = { [unowned asker] in asker.answered($0.isResult) }
                    return asker
                },
                bridged: { _ in try asker(daemon, namespace, [HTTPClient.request("GET", kind.path)]) })
            report.add(
                Row(
                    name: kind.name + cost, value: duration(1 / bridged),
                    floor: "configuration.get \(duration(1 / direct))",
                    ratio: direct / bridged, target: .atMost(kind.target)))
        }
    }

    // MARK: Measuring

    /// Answers per second both ways, in turns, so that what else the machine does meets both.
    private static func alternating(
        _ daemon: DaemonProcess, _ bridge: BridgeProcess, count: Int, direct: (Int) throws -> Asker,
        bridged: (Int) throws -> Asker
    ) throws -> (direct: Double, bridged: Double, cost: String) {
        let ways = [try (0..<count).map(direct), try (0..<count).map(bridged)]
        var rates: [[Double]] = [[], []]
        let processor = bridge.processorSeconds
        for _ in 0..<turns {
            for (way, askers) in ways.enumerated() {
                let before = askers.map(\.answers).reduce(0, +)
                let watch = Stopwatch()
                for asker in askers { asker.begin() }
                while watch.seconds < turn { try daemon.loop.runOnce(timeout: 100) }
                for asker in askers { asker.isStopping = true }
                try daemon.wait { askers.allSatisfy { !$0.isWaiting } }
                rates[way].append(Double(askers.map(\.answers).reduce(0, +) - before) / watch.seconds)
                if askers.contains(where: \.isRefused) { throw BenchmarkFailure("a request was refused") }
            }
        }
        let cost = (bridge.processorSeconds - processor) / Double(max(1, ways[1].map(\.answers).reduce(0, +)))
        return (rates[0].median, rates[1].median, " (\(duration(cost)) CPU each)")
    }

    /// Asks again as soon as it is answered.
    private final class Asker {
        private let requests: [[UInt8]]
        private let send: ([UInt8]) -> Void
        private var next = 0
        private(set) var answers = 0
        private(set) var isWaiting = false
        private(set) var isRefused = false
        var isStopping = false

        init(_ requests: [[UInt8]], _ send: @escaping ([UInt8]) -> Void) {
            self.requests = requests
            self.send = send
        }

        func begin() {
            isStopping = false
            ask()
        }

        private func ask() {
            isWaiting = true
            send(requests[next])
            next = (next + 1) % requests.count
        }

        func answered(_ isDone: Bool) {
            answers += 1
            isWaiting = false
            if !isDone { isRefused = true }
            if !isStopping { ask() }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Synchronization
import Testing

/// Lists that change under load, and what becomes of them when something goes wrong.
@Suite("Policies under load", .requiresKernel, .serialized)
struct PolicyLoadTests {
    private static let service = Endpoint("192.0.2.10", 80)
    private static let datagrams = Endpoint("192.0.2.10", 53)

    private static func list(_ numbers: Range<Int>) -> [Declared.Object] {
        numbers.map { ["data": "10.20.\($0 / 256).\($0 % 256)"] }
    }

    private static func lab() throws -> Lab {
        let lab = try Lab(backends: 2)
        try lab.client.ip("address add 10.9.1.3/24 dev eth0")
        return lab
    }

    /// A farm of each transport behind one black list, which knows 10.9.1.3.
    private static func declare(on daemon: Daemon) throws {
        let elements = [["data": "10.9.1.3"]] + list(0..<2000)
        try daemon.apply(
            policies: [["name": "p", "elements": elements]],
            farms: [
                Declared.farm(
                    "f", at: service, backends: Declared.backends(1...2), ["policies": [["name": "p"]]]),
                Declared.farm(
                    "g", at: datagrams, over: "udp", backends: Declared.backends(1...2),
                    ["policies": [["name": "p"]]]),
            ])
    }

    @Test("Replaced, grown and cut under load, a list never opens for a moment and refuses nobody else")
    func replaced() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try Self.declare(on: daemon)
        let load = lab.load([Self.service])
        let prober = Prober(lab, Self.datagrams, from: Endpoint("10.9.1.3", 0))
        load.wait(for: 50)
        let remote = try daemon.remote()
        // Twenty at least; on a fast machine as many as it takes until there were enough probes.
        for round in 1...60 where round <= 20 || prober.sent <= 500 {
            // Everything but the prober's own element is another one.
            let next = [["data": "10.9.1.3"]] + Self.list(round * 1000..<round * 1000 + 2000)
            try remote.call(
                "configuration.apply",
                [
                    "changes": [
                        ["delete": "/policies/p/elements"],
                        ["set": ["policies": [["name": "p", "elements": next]]]],
                    ]
                ])
            try remote.call(
                "configuration.apply",
                [
                    "changes": [
                        ["add": "/policies/p/elements", "elements": ["10.30.0.\(round)", "10.31.\(round).0/24"]]
                    ]
                ])
            try remote.call(
                "configuration.apply",
                ["changes": [["remove": "/policies/p/elements", "elements": ["10.31.\(round).0/24"]]]])
            load.wait(for: 20)
        }
        load.expectNoFailure()
        let probes = prober.stop()
        #expect(probes.answered == 0)
        #expect(probes.sent > 500)
        // Each probe was counted, while sets came and went.
        #expect(try daemon.hits("p") == probes.sent)
    }

    @Test("A change that is refused leaves the list whole (defects 8.1.3, 8.1.10, 8.4.7)")
    func refused() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try Self.declare(on: daemon)
        let before = try daemon.configuration()
        let changes: [[Declared.Object]] = [
            [["set": ["policies": [["name": "p", "elements": [["data": "10.0.0.7"], ["data": "localhost"]]]]]]],
            [["set": ["policies": [["name": "p", "elements": [["data": "fd00::1"]]]]]]],
            [["set": ["policies": [["name": "p", "family": "ipv6"]]]]],
            [["delete": "/policies/p/elements"], ["delete": "/policies/p/elements/10.0.0.1"]],
            [["delete": "/policies/p"]],
            [["remove": "/policies/p/elements", "elements": ["10.9.1.3"]], ["delete": "/farms/unknown"]],
            [["set": ["farms": [["name": "f", "policies": [["name": "unknown"]]]]]]],
        ]
        for change in changes {
            #expect(throws: RemoteError.self) {
                try daemon.remote().call("configuration.apply", ["changes": change])
            }
            #expect(try !lab.passes("10.9.1.3", Self.service))
            #expect(try lab.passes("10.9.1.2", Self.service))
        }
        #expect(try daemon.configuration() == before)
    }

    @Test("Lists survive every other change, kill -9 and restarts (defects 8.1.3, 8.1.11)")
    func survives() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try Self.declare(on: daemon)
        let isWhole = { () throws in
            #expect(try !lab.passes("10.9.1.3", Self.service))
            #expect(try lab.passes("10.9.1.2", Self.service))
            #expect(try lab.kernelElements("policy-1") == 2001)
        }
        try isWhole()
        // What detached the lists of the C program: another time-out, another type and back, the farm down and up.
        try daemon.apply(policies: [["name": "p", "timeout": 60]])
        try isWhole()
        try daemon.apply(policies: [["name": "p", "type": "whitelist"]])
        #expect(try lab.passes("10.9.1.3", Self.service))
        try daemon.apply(policies: [["name": "p", "type": "blacklist"]])
        try daemon.set("f", ["scheduler": "weight", "state": "down"])
        try daemon.set("f", ["state": "up"])
        try daemon.remote().call(
            "configuration.apply", ["changes": [["rename": "/policies/p", "to": "q; flush ruleset"]]])
        try isWhole()
        let before = try daemon.configuration()
        daemon.kill()
        try isWhole()
        let generation = try lab.balancer.generation()
        try daemon.start()
        #expect(try lab.balancer.generation() == generation, "nothing to correct")
        try isWhole()
        // Somebody takes an element away and adds another one while nobody looks: the next start mends it.
        daemon.stop()
        try lab.balancer.nft("delete element ip nftlb policy-1 { 10.9.1.3 }")
        #expect(try lab.passes("10.9.1.3", Self.service))
        try daemon.start()
        for _ in 0..<40 where try lab.passes("10.9.1.3", Self.service) { usleep(50_000) }
        try isWhole()
        #expect(try daemon.configuration() == before)
    }

    @Test("200,000 hosts in twenty changes, and a restart (a million: the benchmark)")
    func large() throws {
        let lab = try Self.lab()
        let daemon = try Daemon(on: lab)
        try Self.declare(on: daemon)
        let remote = try daemon.remote()
        let begin = Date()
        for part in 0..<20 {
            let hosts = (0..<10_000).map { number -> String in
                let number = part * 10_000 + number
                return "11.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
            }
            try remote.call(
                "configuration.apply", ["changes": [["add": "/policies/p/elements", "elements": hosts]]])
        }
        let seconds = Date().timeIntervalSince(begin)
        let memory = try daemon.residentKibibytes()
        print("200,000 hosts in 20 changes: \(seconds) s, the daemon has \(memory / 1024) MiB")
        #expect(try daemon.figures("p")["elements"].integer == 202_001)
        #expect(memory < 100 * 1024)
        #expect(try !lab.passes("10.9.1.3", Self.service))
        #expect(try lab.passes("10.9.1.2", Self.service))
        daemon.kill()
        let restart = Date()
        try daemon.start()
        print("restarted in \(Date().timeIntervalSince(restart)) s, \(try daemon.residentKibibytes() / 1024) MiB")
        #expect(try daemon.figures("p")["elements"].integer == 202_001)
        #expect(try !lab.passes("10.9.1.3", Self.service))
    }
}

/// Sends datagrams that nobody may answer, until it is stopped.
private final class Prober: Sendable {
    private struct State {
        var sent = 0
        var answered = 0
        var isStopping = false
        var hasEnded = false
    }

    private let state = Mutex(State())

    init(_ lab: Lab, _ service: Endpoint, from source: Endpoint) {
        let namespace = lab.client
        Thread.detachNewThread { [self] in
            try? namespace.enter()
            let conversation = try? Conversation(.udp, service, from: source, timeLimit: 1)
            while let conversation, !state.withLock({ $0.isStopping }) {
                let isAnswered = (try? conversation.ask()) != nil
                state.withLock {
                    $0.sent += 1
                    if isAnswered { $0.answered += 1 }
                }
            }
            state.withLock { $0.hasEnded = true }
        }
    }

    var sent: Int { state.withLock { $0.sent } }

    func stop() -> (sent: Int, answered: Int) {
        state.withLock { $0.isStopping = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1000) }
        return state.withLock { ($0.sent, $0.answered) }
    }
}

extension Lab {
    /// How many elements a set of the balancer's IPv4 table has.
    fileprivate func kernelElements(_ set: String) throws -> Int {
        let text = try balancer.check("nft", "list", "set", "ip", "nftlb", set)
        guard let start = text.range(of: "elements = {") else { return 0 }
        return text[start.upperBound...].split(separator: ",").count
    }
}

extension Daemon {
    /// VmRSS.
    fileprivate func residentKibibytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process?.identifier ?? 0)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { $0.split(separator: " ").dropLast().last }.flatMap { Int($0) } ?? .max
    }
}

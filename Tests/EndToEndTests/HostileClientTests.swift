// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Clients that mean no good, or are broken: others do not notice. The bounds are generous, machines are shared; how late
/// replies are on a quiet one is the benchmark's to say.
@Suite("Clients that misbehave", .requiresKernel, .serialized)
struct HostileClientTests {
    static let bound = 3.0

    let lab: Lab
    let daemon: Daemon

    init() throws {
        var limit = rlimit()
        // A thousand sockets of ours and a thousand of the daemon's, which inherits the limit.
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(8192, limit.rlim_max)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        lab = try Lab(backends: 1)
        daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Endpoint("192.0.2.1", 80), backends: Declared.backends(1...1))
        ])
    }

    /// Asks and changes for some seconds; how long the slowest answer took.
    private func worst(of seconds: Double, meanwhile: () throws -> Void = {}) throws -> Double {
        let remote = try daemon.remote()
        var worst = 0.0
        let end = Date(timeIntervalSinceNow: seconds)
        var number = 0
        while Date() < end {
            let start = Date()
            number += 1
            if number % 5 == 0 {
                let backend: Declared.Object = ["name": "b1", "weight": 1 + number % 7]
                let farm: Declared.Object = ["name": "f", "backends": [backend]]
                try remote.call("configuration.apply", ["configuration": ["farms": [farm]]])
            } else {
                try remote.call("status.get")
            }
            worst = max(worst, Date().timeIntervalSince(start))
            try meanwhile()
            usleep(5_000)
        }
        return worst
    }

    @Test("1,000 that send nothing take all places there are for readers, and nobody else's")
    func silent() throws {
        var silent: [Remote] = []
        // Who came before is gone by now.
        usleep(300_000)
        for _ in 0..<1_010 { silent.append(try Remote(daemon.readOnlySocket)) }
        // Whoever comes before all places are taken takes one of them, and leaves it free again.
        let full = Date(timeIntervalSinceNow: 30)
        while !daemon.log.contains("no place for a client"), Date() < full { usleep(20_000) }
        #expect(daemon.log.contains("no place for a client"))
        #expect(try worst(of: 2) < Self.bound)
        let late = try Remote(daemon.readOnlySocket)
        let refusal = try? late.receive()
        #expect(refusal?["error"]["data"]["kind"].string == "limit", "\(daemon.log.suffix(500))")
        // Places come back.
        silent.removeLast(100)
        var answer: Reply?
        let deadline = Date(timeIntervalSinceNow: 30)
        while answer == nil, Date() < deadline { answer = try? Remote(daemon.readOnlySocket).call("service.info") }
        #expect(answer != nil)
        withExtendedLifetime(silent) {}
    }

    @Test("100 that send a byte a second, 10 with long frames, 20 that never read")
    func mixed() throws {
        let request = Data(#"{"jsonrpc":"2.0","id":1,"method":"service.info"}"#.utf8)
        let frame = Data([0, 0, 0, UInt8(request.count)]) + request
        let slow = try (0..<100).map { _ in try daemon.remote() }
        let deaf = try (0..<20).map { _ in try daemon.remote() }
        // More answers than a socket holds.
        let question = Data(#"{"jsonrpc":"2.0","id":1,"method":"status.get"}"#.utf8)
        let questions = (Data([0, 0, 0, UInt8(question.count)]) + question).repeated(2_000)
        let long = try (0..<10).map { _ in try Remote(daemon.socket, timeout: 60) }
        let senders = long.map { remote in
            // As long as may be is eight times as much (`make bench`, hostile): too much for a build without optimisation.
            SendingThread(remote, head: Data([0, 128, 0, 0]), length: 8 << 20)
        }
        var sent = 0
        var nextByte = Date()
        let worst = try worst(of: 6) {
            guard Date() >= nextByte else { return }
            nextByte = Date(timeIntervalSinceNow: 1)
            for remote in slow { try remote.send(raw: frame[sent...sent]) }
            if sent < 2 { for remote in deaf { try? remote.send(raw: questions) } }
            sent += 1
        }
        #expect(worst < Self.bound)
        for remote in slow { try remote.send(raw: frame[sent...]) }
        for remote in slow { #expect(try remote.receive()["result"]["version"].isMissing == false) }
        // Each long frame was read to its end, and answered: as what it is, or that there is no room for it.
        for (remote, sender) in zip(long, senders) {
            sender.wait()
            let error = try remote.receive()["error"]
            #expect(error["code"].integer == -32700 || error["data"]["kind"].string == "busy", "\(error)")
        }
        #expect(daemon.isRunning)
        withExtendedLifetime(deaf) {}
    }
}

/// Sends a frame of nothing in particular on a thread of its own.
private final class SendingThread: Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ remote: Remote, head: Data, length: Int) {
        nonisolated(unsafe) let remote = remote
        Thread { [done] in
            try? unsafe remote.send(raw: head)
            let part = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0..<length / part.count { try? unsafe remote.send(raw: part) }
            done.signal()
        }.start()
    }

    func wait() { done.wait() }
}

extension Data {
    fileprivate func repeated(_ count: Int) -> Data { (0..<count).reduce(into: Data()) { all, _ in all += self } }
}

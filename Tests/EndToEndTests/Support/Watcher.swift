// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// `nftlbctl events` in the background, and what it has printed.
final class Watcher {
    private let program: Program

    init(_ daemon: Daemon, _ words: String...) throws {
        program = try Program([Programs.path("nftlbctl"), "--socket", daemon.socket, "events", "-o", "json"] + words)
    }

    /// What it has printed so far; each line is an object.
    var events: [Reply] {
        let text = program.written.out
        let whole = text.prefix(upTo: text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex)
        return whole.split(separator: "\n").compactMap { try? Reply(json: String($0)) }
    }

    /// Waits until what it has printed is so.
    func wait(within seconds: Double = 60, until condition: ([Reply]) -> Bool) throws -> [Reply] {
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            let events = events
            if condition(events) { return events }
            guard Date() < end else {
                throw Unexpected(text: "\(events.map(\.line).joined(separator: "\n")) \(program.written.err)")
            }
            usleep(20_000)
        }
    }

    /// Waits until it watches: what happens from now on is printed.
    func begin(_ daemon: Daemon) throws {
        // A change that is none says that the connection before it was served.
        let end = Date(timeIntervalSinceNow: 20)
        while events.isEmpty {
            guard Date() < end else { throw Unexpected(text: "the watcher does not begin") }
            _ = try? daemon.remote().call("configuration.apply", ["changes": [["delete": "/farms/nobody"]]])
            usleep(100_000)
        }
    }

    func signal(_ number: Int32) { program.signal(number) }

    /// Ends it.
    func end() -> Output {
        program.signal(SIGTERM)
        return program.end()
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// A program that tests start with an environment of its own: what libsystemd does depends on variables of the process.

import EventLoop
import Glibc

func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

func hasVariable(_ name: String) -> Bool { unsafe getenv(name) != nil }

func inherited(on loop: EventLoop) throws {
    let sockets = try InheritedSocket.takeAll()
    say(sockets.map { "\($0.name)=\($0.descriptor)" }.joined(separator: " "))
    say("again \(try InheritedSocket.takeAll().count) \(hasVariable("LISTEN_FDS"))")
    for socket in sockets {
        let listening = try ListeningSocket(inheriting: socket, on: loop)
        say("accepted \(try listening.accept() != nil)")
        listening.close()
    }
}

func watchdog(on loop: EventLoop) throws {
    say("fed \(try loop.feedWatchdog())")
    let timer = try loop.after(milliseconds: 400) { loop.exit() }
    _ = try loop.run()
    withExtendedLifetime(timer) {}
}

func run() throws {
    let loop = try EventLoop()
    switch CommandLine.arguments.dropFirst().first {
    case "notify":
        let told = ServiceManager.notify(.ready, .status("two\nlines"), .extendTimeout(milliseconds: 5))
        say("told \(told)")
        ServiceManager.notify(.stopping, .failed(errno: -5))
    case "inherited": try inherited(on: loop)
    case "watchdog": try watchdog(on: loop)
    case "journal":
        var journal = Journal(identifier: "probe")
        journal.send(.warning, "first\nline", fields: [Journal.Field("NFTLB_FARM", "we\u{1b}b")])
        journal.send(.debug, "not seen")
        journal.threshold = .debug
        journal.send(.debug, "seen")
    default: exit(2)
    }
}

do {
    try run()
} catch {
    say("error \(error)")
    exit(1)
}

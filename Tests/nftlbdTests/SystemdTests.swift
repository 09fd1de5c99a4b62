// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Testing

@Suite("systemd")
struct SystemdTests {
    static let runner = ProcessInfo.processInfo.environment["NFTLB_TESTVM"]

    /// Sockets, activation, READY, roles, kill -9, stop: see guest.sh beside this file.
    ///
    /// Started through EventLoop, not Foundation: a test's thread has all signals blocked, Foundation hands that down, and
    /// the runner's own children could then not be ended.
    @Test(
        "The units do what they promise in a real systemd",
        .enabled(if: runner?.isEmpty == false, "NFTLB_TESTVM is unset"))
    func units() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let loop = try EventLoop()
        var outcome: ChildProcess.Outcome?
        try ChildProcess.start(
            on: loop, root.appending(path: "Packaging/scripts/systemd.sh").path,
            environment: ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }, outputLimit: 1 << 20,
            timeLimit: 900_000
        ) {
            outcome = $0
            loop.exit()
        }
        _ = try loop.run()
        let ended = try #require(outcome)
        #expect(ended.exitStatus == 0, "\(String(decoding: ended.output, as: UTF8.self))")
    }
}

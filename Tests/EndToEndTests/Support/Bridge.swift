// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces

/// nftlb-http in front of a daemon, in the daemon's namespace. It is asked with curl, as adc-loadbalancer does.
final class Bridge {
    let space: NetworkNamespace
    private let process: Program
    /// It stays as long as the bridge.
    private let daemon: Daemon

    init(before daemon: Daemon) throws {
        self.daemon = daemon
        space = daemon.space
        process = try space.start(
            [Programs.path("nftlb-http"), "--socket", daemon.socket, "--listen", "127.0.0.1:27"],
            environment: ["NFTLB_SERVER_KEY": "HoLa"])
        let deadline = Date(timeIntervalSinceNow: 20)
        while process.isRunning, Date() < deadline {
            if (try? space.check("curl", "-s", "http://127.0.0.1:27/healthz")) != nil { return }
            usleep(20_000)
        }
        throw Unexpected(text: "nftlb-http does not listen: \(process.written.err)")
    }

    deinit { process.signal(SIGKILL) }

    /// The status and the body of an answer.
    func ask(_ verb: String, _ path: String, _ body: String? = nil) throws -> (status: String, body: String) {
        var words = ["curl", "-s", "-m", "20", "-w", "\n%{http_code}", "-H", "Key: HoLa", "-X", verb]
        if let body { words += ["-d", body] }
        let text = try Program.check(["nsenter", "--net=\(space.path)"] + words + ["http://127.0.0.1:27\(path)"])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
    }
}

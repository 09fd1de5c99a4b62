// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import KernelSupport
import Namespaces

/// The HTTP bridge, in front of a daemon that runs in the same namespace.
final class BridgeProcess {
    static let key = "bench"
    static let port: UInt16 = 5555

    private let process: ChildProcess

    /// Starts it and waits until it takes connections.
    init(before daemon: DaemonProcess, in namespace: NetworkNamespace) throws {
        let loop = daemon.loop
        var hasEnded = false
        process = try namespace.inside {
            try ChildProcess.start(
                on: loop, "/bin/sh",
                arguments: [
                    "-c", #"exec setpriv --pdeathsig KILL "$0" "$@" 2>>"$LOG""#, TestKernel.programs + "/nftlb-http",
                    "--socket", daemon.socket, "--listen", "127.0.0.1:\(Self.port)",
                ],
                environment: [
                    "NFTLB_SERVER_KEY=" + Self.key, "LOG=" + daemon.folder.file("bridge-log"),
                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                ]
            ) { _ in hasEnded = true }
        }
        let watch = Stopwatch()
        while (try? HTTPClient(port: Self.port, in: namespace, on: loop)) == nil {
            guard !hasEnded, watch.seconds < 20 else {
                throw BenchmarkFailure("nftlb-http: \(contents(of: daemon.folder.file("bridge-log")).suffix(300))")
            }
            try loop.runOnce(timeout: 20)
        }
    }

    deinit { process.terminate() }

    /// The processor time it has used, in seconds, of all its threads.
    var processorSeconds: Double { processorTime(of: process.processID) }
}

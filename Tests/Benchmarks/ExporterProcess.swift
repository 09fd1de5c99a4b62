// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import KernelSupport
import Namespaces

/// nftlb-exporter, in front of a daemon that runs in the same namespace.
final class ExporterProcess {
    private static let port: UInt16 = 9195

    private let process: ChildProcess
    private let namespace: NetworkNamespace

    /// Starts it and waits until it takes connections.
    init(before daemon: DaemonProcess, in namespace: NetworkNamespace) throws {
        self.namespace = namespace
        var hasEnded = false
        process = try namespace.inside {
            try ChildProcess.start(
                on: daemon.loop, "/bin/sh",
                arguments: [
                    "-c", #"exec setpriv --pdeathsig KILL "$0" "$@" 2>>"$LOG""#,
                    TestKernel.programs + "/nftlb-exporter", "--socket", daemon.readOnlySocket, "--listen",
                    "127.0.0.1:\(Self.port)",
                ],
                environment: [
                    "LOG=" + daemon.folder.file("exporter-log"), "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                ]
            ) { _ in hasEnded = true }
        }
        let watch = Stopwatch()
        while (try? get("/")) == nil {
            guard !hasEnded, watch.seconds < 20 else {
                throw BenchmarkFailure(
                    "nftlb-exporter: \(contents(of: daemon.folder.file("exporter-log")).suffix(300))")
            }
            try daemon.loop.runOnce(timeout: 20)
        }
    }

    deinit { process.terminate() }

    /// Connects, asks, reads the answer to its end: its length. The answers of several that are asked at once are read one
    /// after the other.
    @discardableResult
    func get(_ path: String, _ header: String = "Accept: */*", times: Int = 1) throws -> Int {
        let request = Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(header)\r\n\r\n".utf8)
        let connections = try (0..<times).map { _ in try connection() }
        defer { for connection in connections { close(connection) } }
        for connection in connections {
            guard unsafe send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
                throw BenchmarkFailure("nftlb-exporter does not take requests")
            }
        }
        return try connections.reduce(0) { $0 + (try read($1)) }
    }

    private func connection() throws -> Int32 {
        let connection = try namespace.inside { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = Self.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(connection)
            throw BenchmarkFailure("nftlb-exporter does not listen")
        }
        return connection
    }

    private func read(_ connection: Int32) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var length = 0
        var isFirst = true
        while true {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            if isFirst, !buffer.starts(with: "HTTP/1.1 200 ".utf8) { throw BenchmarkFailure("not status 200") }
            isFirst = false
            length += count
        }
        return length
    }

    /// A line of /proc/PID/status, in MiB.
    func memory(_ name: String) -> Double { processMemory(process.processID, name) }
}

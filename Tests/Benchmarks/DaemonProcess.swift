// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import EventLoop
import Glibc
import KernelSupport
import Namespaces
import NftablesKernel

/// A real nftlbd in a network namespace, with its files in a folder.
final class DaemonProcess {
    let folder: Scratch
    let loop: EventLoop
    private let namespace: NetworkNamespace
    private let notifications: Int32
    private var watch: DescriptorWatch?
    private var process: ChildProcess?
    private(set) var isReady = false
    private var outcome: ChildProcess.Outcome?

    var socket: String { folder.file("full.sock") }
    var readOnlySocket: String { folder.file("readers.sock") }

    init(in namespace: NetworkNamespace, folder: Scratch, loop: EventLoop) throws {
        self.namespace = namespace
        self.folder = folder
        self.loop = loop
        notifications = linux_socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, 1)
        unsafe unlink(folder.file("notify"))
        guard unsafe linux_unix_bind(notifications, folder.file("notify")) == 0 else {
            throw BenchmarkFailure("cannot listen for READY")
        }
        watch = try DescriptorWatch(on: loop, notifications) { [unowned self] _ in self.listen() }
    }

    deinit {
        process?.terminate()
        watch?.cancel()
        close(notifications)
    }

    private func listen() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = unsafe recv(notifications, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        if text.split(separator: "\n").contains("READY=1") { isReady = true }
    }

    /// Starts it without waiting.
    func launch(_ options: [String] = []) throws {
        isReady = false
        outcome = nil
        let words =
            ["--socket", socket, "--read-only-socket", readOnlySocket, "--state-directory", folder.file("state")]
            + options
        // Its journal goes to a file: reading it here would cost what is measured. It ends with us, however we end.
        process = try namespace.inside {
            try ChildProcess.start(
                on: loop, "/bin/sh",
                arguments: [
                    "-c", #"exec setpriv --pdeathsig KILL "$0" "$@" 2>>"$LOG""#, TestKernel.programs + "/nftlbd",
                ] + words,
                environment: [
                    "NOTIFY_SOCKET=" + folder.file("notify"), "LOG=" + folder.file("log"),
                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                ]
            ) { [unowned self] in outcome = $0 }
        }
    }

    /// Starts it and waits for READY; how long that took.
    func start(_ options: [String] = []) throws -> Double {
        let watch = Stopwatch()
        try launch(options)
        try wait { self.isReady }
        return watch.seconds
    }

    /// SIGTERM, and its end.
    func stop() throws {
        guard let process else { return }
        kill(process.processID, SIGTERM)
        try wait(forItsEnd: true) { self.outcome != nil }
        self.process = nil
    }

    /// Runs the loop until something is so.
    func wait(forItsEnd: Bool = false, seconds: Double = 120, until condition: () -> Bool) throws {
        let watch = Stopwatch()
        while !condition() {
            if outcome != nil, !forItsEnd { throw BenchmarkFailure("nftlbd has ended: \(lastWords)") }
            guard watch.seconds < seconds else { throw BenchmarkFailure("nftlbd takes too long") }
            try loop.runOnce(timeout: 100)
        }
    }

    /// Runs the loop for this long.
    func run(seconds: Double) throws {
        let watch = Stopwatch()
        while watch.seconds < seconds { try loop.runOnce(timeout: 5) }
    }

    /// A line of /proc/PID/status, in MiB.
    func memory(_ name: String) -> Double {
        guard let process else { return 0 }
        return processMemory(process.processID, name)
    }

    /// The processor time it has used, in seconds, of all its threads.
    var processorSeconds: Double { process.map { processorTime(of: $0.processID) } ?? 0 }

    private func information(_ file: String) -> String {
        guard let process else { return "" }
        return contents(of: "/proc/\(process.processID)/\(file)")
    }

    private var lastWords: String { String(contents(of: folder.file("log")).suffix(500)) }

    /// Declares a document, and waits until all of it is there.
    func load(_ document: Document) throws {
        let client = try RawClient(socket, on: loop)
        var answer: ArraySlice<UInt8>?
        client.received = { answer = $0 }
        let text = String(decoding: document.bytes, as: UTF8.self)
        client.send(RawClient.frame("configuration.apply", #"{"configuration": "# + text + "}"))
        try wait { answer != nil }
        guard answer?.isResult == true else { throw BenchmarkFailure("the configuration was refused") }
    }

    /// The kernel's generation in the namespace.
    func generation() throws -> UInt32 { try namespace.inside { try TestKernel.open().generation() } }
}

/// A line of /proc/PID/status, in MiB.
func processMemory(_ process: pid_t, _ name: String) -> Double {
    for line in contents(of: "/proc/\(process)/status").split(separator: "\n") {
        let words = line.split { $0 == ":" || $0 == " " || $0 == "\t" }
        if words.first.map(String.init) == name, words.count > 1 { return (Double(words[1]) ?? 0) / 1024 }
    }
    return 0
}

/// The processor time that a process has used, in seconds, of all its threads.
func processorTime(of process: pid_t) -> Double {
    // The name in parentheses may hold spaces; user and system time are the 12th and 13th field behind it (proc(5)).
    let fields = contents(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
}

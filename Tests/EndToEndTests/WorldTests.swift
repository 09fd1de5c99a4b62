// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// The system says no to the real daemon: strace(1) answers its calls in the kernel's place. The change is refused, the old
/// state serves, and the next change works.
@Suite("Faults of the world", .requiresKernel, .serialized)
struct WorldTests {
    static let service = Endpoint("192.0.2.1", 80)

    struct Fault: CustomTestStringConvertible {
        var name: String
        /// What strace answers: a set of calls, the error, and perhaps which of them.
        var calls: String
        var answer: String
        /// What the client is told; nil: nothing is refused, the daemon gets around it.
        var kind: String?
        var change = Change.weight

        enum Change { case weight, shape }

        var testDescription: String { name }
    }

    static let faults = [
        Fault(name: "the disk is full", calls: "pwrite64", answer: "error=ENOSPC", kind: "storage"),
        Fault(name: "the disk is read-only", calls: "pwrite64", answer: "error=EROFS", kind: "storage"),
        Fault(name: "the disk does not write", calls: "pwrite64", answer: "error=EIO", kind: "storage"),
        Fault(name: "the disk does not synchronise", calls: "fdatasync,fsync", answer: "error=EIO", kind: "storage"),
        // The first datagram after the change has come is its transaction.
        Fault(
            name: "the kernel has no memory", calls: "sendto", answer: "error=ENOMEM:when=1", kind: "refused-by-kernel"),
        Fault(
            name: "the socket has no room", calls: "sendto", answer: "error=ENOBUFS:when=1", kind: "refused-by-kernel"),
        Fault(name: "calls are interrupted", calls: "recvfrom,pwrite64,sendto", answer: "error=EINTR:when=1+3"),
        Fault(
            name: "no process can be made", calls: "clone,clone3,fork,vfork", answer: "error=EAGAIN",
            kind: "refused-by-kernel", change: .shape),
        Fault(
            name: "no memory file can be made", calls: "memfd_create", answer: "error=EMFILE",
            kind: "refused-by-kernel",
            change: .shape),
    ]

    @Test("The change is refused, the old state serves, the next change works", arguments: faults)
    func fault(_ fault: Fault) throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [
            Declared.farm("f", at: Self.service, scheduler: "weight", backends: Declared.backends())
        ])
        let load = lab.load([Self.service])
        let before = try (daemon.configuration(), lab.balancer.elements())
        let remote = try daemon.remote()
        // What a change leaves to be done afterwards has been done.
        usleep(1_500_000)

        let refusal = try Tracer.during(fault.calls, fault.answer, of: daemon, in: lab.folder) {
            try Self.attempt(fault.change, remote)
        }
        #expect(refusal?.kind == fault.kind, "\(refusal.debugDescription)\n\(daemon.log)")
        #expect(daemon.isRunning)
        if fault.kind != nil {
            #expect(try daemon.configuration() == before.0)
            #expect(try lab.balancer.elements() == before.1)
            // A disk that failed is tried again by itself.
            var next = try Self.attempt(fault.change, remote)
            let deadline = Date(timeIntervalSinceNow: 10)
            while next?.kind == "storage", fault.kind == "storage", Date() < deadline {
                usleep(100_000)
                next = try Self.attempt(fault.change, remote)
            }
            #expect(next == nil, "\(next.debugDescription)")
        }
        #expect(try daemon.configuration() != before.0)
        try FailPointTests.expectKernelIsFile(lab, daemon, "\(fault.name)")
        load.expectNoFailure(atLeast: 20)
    }

    @Test("Events of the kernel that are lost: the tables are looked at, and what somebody did is undone")
    func lostEvents() throws {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("f", at: Self.service, backends: Declared.backends())])
        let before = try lab.balancer.elements()
        usleep(1_500_000)
        try Tracer.during("recvfrom", "error=ENOBUFS:when=1", of: daemon, in: lab.folder) {
            try lab.balancer.nft("flush map ip nftlb services")
            let deadline = Date(timeIntervalSinceNow: 20)
            while try lab.balancer.elements() != before, Date() < deadline { usleep(50_000) }
        }
        #expect(try lab.balancer.elements() == before, "\(daemon.log)")
        #expect(try lab.spread(30, to: Self.service).count == 3)
    }

    private static func attempt(_ change: Fault.Change, _ remote: Remote) throws -> RemoteError? {
        let farm: Declared.Object =
            switch change {
            case .weight: ["name": "f", "backends": [["name": "b1", "weight": 5] as Declared.Object]]
            case .shape: ["name": "f", "scheduler": "hash", "sched-param": ["srcip"]]
            }
        do {
            try remote.call("configuration.apply", ["configuration": ["farms": [farm]]])
            return nil
        } catch let error as RemoteError { return error }
    }
}

/// strace, while it answers some calls of a program in the kernel's place.
enum Tracer {
    static func during<Result>(
        _ calls: String, _ answer: String, of daemon: Daemon, in folder: URL, _ body: () throws -> Result
    ) throws -> Result {
        let pid = try #require(daemon.process?.identifier)
        let tracer = try Program([
            "strace", "-f", "-qq", "-o", folder.appending(path: "trace").path, "-p", "\(pid)", "-e", "trace=\(calls)",
            "-e", "inject=\(calls):\(answer)",
        ])
        defer {
            // It lets go of the daemon, which goes on.
            tracer.signal(SIGTERM)
            tracer.end()
        }
        let deadline = Date(timeIntervalSinceNow: 10)
        while try isFree(pid) {
            guard tracer.isRunning, Date() < deadline else { throw Unexpected(text: "strace: \(tracer.written.err)") }
            usleep(1_000)
        }
        return try body()
    }

    /// Whether some thread of the process has no tracer yet.
    private static func isFree(_ pid: pid_t) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").contains { task in
            let status = try String(contentsOfFile: "/proc/\(pid)/task/\(task)/status", encoding: .utf8)
            return status.contains("TracerPid:\t0\n")
        }
    }
}

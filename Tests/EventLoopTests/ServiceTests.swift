// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import EventLoop
import Foundation
import Testing

@Suite("What the service manager gives and is told")
struct ServiceTests {
    let scene: Scene

    init() throws { scene = try Scene() }

    /// Programs of this package lie beside the test program.
    private static var probe: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("LoopProbe").path
    }

    private func run(
        _ command: String, environment: [String] = [], inheriting: Int32? = nil, meanwhile: () -> Void = {}
    ) throws -> String {
        var outcome: ChildProcess.Outcome?
        // A shell, because only the program itself knows the process id that the variables must name.
        try ChildProcess.start(
            on: scene.loop, "/bin/sh",
            arguments: ["-c", "LISTEN_PID=$$ WATCHDOG_PID=$$ exec '\(Self.probe)' \(command)"],
            environment: environment, inheriting: inheriting
        ) { outcome = $0 }
        try scene.run {
            meanwhile()
            return outcome != nil
        }
        return String(decoding: outcome?.output ?? [], as: UTF8.self)
    }

    /// A datagram socket as the service manager has it, and what came to it.
    private final class Manager {
        let path: String
        private let descriptor: Int32

        init(_ path: String) {
            self.path = path
            descriptor = linux_socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, 1)
            _ = unsafe linux_unix_bind(descriptor, path)
        }

        func messages() -> [String] {
            var all: [String] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return all }
                all.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }

        deinit { close(descriptor) }
    }

    @Test("states go to the service manager in one message, and a status cannot smuggle in another")
    func notify() throws {
        let manager = Manager(scene.path("notify"))
        let output = try run("notify", environment: ["NOTIFY_SOCKET=\(manager.path)"])
        #expect(output == "told true\n")
        #expect(
            manager.messages() == ["READY=1\nSTATUS=two lines\nEXTEND_TIMEOUT_USEC=5000", "STOPPING=1\nERRNO=5"])
        #expect(try run("notify") == "told false\n")
    }

    @Test("the watchdog is fed from the turns of the loop, when the service manager wants it")
    func watchdog() throws {
        let manager = Manager(scene.path("notify"))
        let output = try run("watchdog", environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=200000"])
        #expect(output == "fed true\n")
        let signs = manager.messages()
        #expect(signs.count >= 2)
        #expect(signs.allSatisfy { $0 == "WATCHDOG=1" })
        #expect(try run("watchdog", environment: ["NOTIFY_SOCKET=\(manager.path)"]) == "fed false\n")
    }

    @Test("sockets of the service manager come with their names, once")
    func inherited() throws {
        let socket = try ListeningSocket(path: scene.path("socket"), mode: 0o600, on: scene.loop)
        let client = try Client(scene.path("socket"))
        let output = try run(
            "inherited", environment: ["LISTEN_FDS=1", "LISTEN_FDNAMES=rpc"], inheriting: socket.descriptor)
        #expect(output == "rpc=3\nagain 0 false\naccepted true\n")
        // The file is the service manager's: the program that inherited the socket leaves it.
        #expect(FileManager.default.fileExists(atPath: scene.path("socket")))
        #expect(try run("inherited") == "\nagain 0 false\n")
        withExtendedLifetime(client) {}
    }

    @Test("what was inherited and is no listening socket is refused")
    func notASocket() throws {
        let pipe = Pipe()
        let output = try run("inherited", environment: ["LISTEN_FDS=1"], inheriting: pipe.reading)
        #expect(output.contains("unknown=3\n"))
        #expect(output.contains("error inherited socket unknown is no listening Unix stream socket"))
    }

    @Test("without the journal, messages are lines with their priority, one each")
    func journal() throws {
        let output = try run("journal")
        #expect(output == "<4>first line NFTLB_FARM=we b\n<7>seen\n")
    }
}

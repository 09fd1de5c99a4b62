// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Foundation
import Testing

@Suite("Listening sockets and connections")
struct SocketTests {
    let scene: Scene

    init() throws { scene = try Scene() }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("the file has the mode asked for, whatever the umask", arguments: [0o600, 0o660, 0o666] as [UInt32])
    func mode(_ wanted: UInt32) throws {
        let path = scene.path("socket")
        let socket = try ListeningSocket(path: path, mode: wanted, on: scene.loop)
        #expect(try mode(path) == Int(wanted))
        socket.close()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a socket somebody listens on is in use, and goes on working")
    func live() throws {
        let path = scene.path("socket")
        let first = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        #expect(throws: ListenFailure.inUse(path: path)) {
            try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        }
        let client = try Client(path)
        // The probe of the second one came and went first.
        _ = try first.accept()
        #expect(try first.accept() != nil)
        withExtendedLifetime(client) {}
    }

    @Test("a socket file that nobody listens on is replaced")
    func stale() throws {
        let path = scene.path("socket")
        let abandoned = try Client.boundSocket(path)
        close(abandoned)
        #expect(FileManager.default.fileExists(atPath: path))
        let socket = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        let client = try Client(path)
        #expect(try socket.accept() != nil)
        withExtendedLifetime(client) {}
    }

    @Test("a file of another kind stays")
    func otherFile() throws {
        let path = scene.path("file")
        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ListenFailure.notASocket(path: path)) {
            try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test("closing leaves a file that another program has put there")
    func foreign() throws {
        let path = scene.path("socket")
        let socket = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        unsafe unlink(path)
        let other = try Client.boundSocket(path)
        socket.close()
        #expect(FileManager.default.fileExists(atPath: path))
        close(other)
    }

    @Test("a path that is too long or not there is an error of the system")
    func badPaths() throws {
        for path in [scene.path(String(repeating: "x", count: 200)), scene.path("no/such/folder")] {
            do {
                _ = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
                Issue.record("it listens")
            } catch {
                guard case .system(let failure) = error else { throw error }
                #expect(failure.code == ENAMETOOLONG || failure.code == ENOENT)
            }
        }
    }

    @Test("connections come with the credentials of the peer, and bytes go both ways")
    func conversation() throws {
        let path = scene.path("socket")
        let socket = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        var connections: [StreamSocket] = []
        try socket.listen { connections.append($0) }
        let client = try Client(path)
        try scene.run { connections.count == 1 }
        let connection = try #require(connections.first)
        #expect(connection.peer.userID == geteuid())
        #expect(connection.peer.groupID == getegid())
        #expect(connection.peer.processID == getpid())
        #expect(connection.peer.isMember(of: getegid()))

        var received: [UInt8] = []
        #expect(try connection.read(appendingTo: &received) == .wouldBlock)
        client.send("hello")
        #expect(try connection.read(limit: 3, appendingTo: &received) == .bytes(3))
        #expect(try connection.read(appendingTo: &received) == .bytes(2))
        #expect(received == Array("hello".utf8))
        #expect(try connection.write(Array("good".utf8)) == .bytes(4))
        #expect(client.receive(4) == "good")
        client.disconnect()
        #expect(try connection.read(appendingTo: &received) == .endOfStream)
    }

    @Test("a peer that does not read fills the socket, and one that is gone is an error, not a signal")
    func pressure() throws {
        let path = scene.path("socket")
        let socket = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        let client = try Client(path)
        let connection = try #require(try socket.accept())
        let block = [UInt8](repeating: 7, count: 1 << 20)
        var outcome = try connection.write(block)
        for _ in 0..<100 where outcome != .wouldBlock { outcome = try connection.write(block) }
        #expect(outcome == .wouldBlock)
        client.disconnect()
        do {
            _ = try connection.write([1])
            Issue.record("written to nobody")
        } catch {
            #expect(error.code == EPIPE)
        }
    }

    @Test("a listener may be closed by the handler of its connections")
    func closing() throws {
        let path = scene.path("socket")
        var socket: ListeningSocket? = try ListeningSocket(path: path, mode: 0o600, on: scene.loop)
        var accepted = 0
        try socket?.listen { _ in
            accepted += 1
            socket?.close()
            socket = nil
        }
        let clients = [try Client(path), try Client(path)]
        try scene.run { accepted > 0 }
        try scene.run(milliseconds: 5)
        #expect(accepted == 1)
        #expect(socket == nil)
        withExtendedLifetime(clients) {}
    }
}
